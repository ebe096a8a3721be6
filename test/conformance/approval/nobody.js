try {
  await approval.request("Send the mail?");
} catch (problem) {
  return [problem.code, false];
}

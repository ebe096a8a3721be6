log.debug("low", 1, true);
log.info("a", { b: [1, 2] }, "c");
log.warn("with fields", { user_id: 7, maxTokens: 5 });
logger.error("as", "logger");
log.error("same", { code: 7 })
log.info({ only: 1 });

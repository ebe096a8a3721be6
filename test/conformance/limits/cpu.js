try { while (true) {} } catch {}
return "went on";

"""The agentic categories of BFCL: questions about a memory, questions for the web."""

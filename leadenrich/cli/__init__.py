"""The command line: one file enriched by one command, and a look at what is installed (extra `cli`)."""

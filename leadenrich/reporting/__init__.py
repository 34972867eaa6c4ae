"""The renewal report and the pictures of runs, from rows, ledgers or output files."""

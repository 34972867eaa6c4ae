"""One file a vendor: how that vendor would answer, out of the invented world; the file's name is the provider's id."""

"""One flat file a vendor; the file's name is the provider's id."""

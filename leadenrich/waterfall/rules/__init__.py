"""What becomes of an answer: acceptance, verification, merging, identity, and how a record ended."""

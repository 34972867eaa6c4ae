"""One call: sockets, signing, limits, retries, time, money and logs, around adapters that do none of it."""

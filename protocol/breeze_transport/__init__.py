"""The same wire over Trio: seams, sockets, WebSockets, HTTP, and a network in memory."""

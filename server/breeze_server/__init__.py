"""The server: one port for people and agents, every rule of it read from the protocol's tables."""

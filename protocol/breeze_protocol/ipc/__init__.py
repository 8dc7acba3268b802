"""IPC: the agent's broker and a helper in a user's session, over a local stream socket."""

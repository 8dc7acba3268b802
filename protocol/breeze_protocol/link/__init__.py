"""Link: agent and server. Enrolment, heartbeat, the agent socket, commands. Clauses: LINK."""

"""The lab: the one place that puts server, agent and viewers together. Nothing imports it."""

"""The technician's commands: log in, list devices and sessions, open a terminal."""

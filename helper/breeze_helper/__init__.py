"""The helper in the user's desktop session. Nothing here yet: see the folder's README."""

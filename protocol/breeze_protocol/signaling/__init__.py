"""Signaling: how a viewer and a device find each other for WebRTC, through the server. Clauses: SIGN."""

"""Desktop: seeing and steering a screen, over WebRTC channels or, where those fail, as pictures through the server."""

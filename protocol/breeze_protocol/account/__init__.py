"""Account: person and server. Log-in, TOTP, tokens, permissions, tickets. Clauses: ACCT."""

"""Account: log-in, second factor, tokens, the gate before every call, and tickets."""

from breeze_protocol.machine import State, machine
from breeze_protocol.product import Channel, Product, spontaneous

# fmt: off
LOGIN = machine("login", (
    State("anonymous"),
    State("challenged", deadline="mfa_session_life", on_deadline="challenge_expired"),
    State("authenticated", final=True),
    State("refused", final=True),
), [  # in            on                      go to            and do                                  because
    ("anonymous",     "password_rejected",    None,            "count_failure send_login_failed",      "ACCT-001"),
    ("anonymous",     "login_flooded",        None,            "send_login_rate_limited",              "ACCT-006"),
    ("anonymous",     "account_disabled",     None,            "count_failure send_login_failed",      "ACCT-003"),
    ("anonymous",     "second_factor_needed", "challenged",    "issue_challenge send_challenge",       "ACCT-002 ACCT-004"),
    ("anonymous",     "first_factor_only",    "authenticated", "issue_tokens_without_mfa send_tokens", "ACCT-002 ACCT-031"),
    ("anonymous",     "activation_accepted",  None,            "set_password send_activated",          "ACCT-024"),
    ("anonymous",     "activation_rejected",  None,            "count_failure send_activation_invalid", "ACCT-024 ACCT-028"),
    ("challenged",    "code_accepted",        "authenticated", "issue_tokens_with_mfa send_tokens",    "ACCT-004"),
    ("challenged",    "code_rejected",        None,            "count_failure send_code_invalid",      "ACCT-005"),
    ("challenged",    "codes_exhausted",      "refused",       "count_failure send_session_invalid",   "ACCT-005"),
    ("challenged",    "challenge_expired",    "refused",       "",                                     "ACCT-004"),
    ("challenged",    "challenge_reused",     None,            "send_session_invalid",                 "ACCT-004"),
    ("authenticated", "challenge_reused",     None,            "send_session_invalid",                 "ACCT-004"),
    ("refused",       "challenge_reused",     None,            "send_session_invalid",                 "ACCT-004"),
], [  # input     fact                   relation                  then                   otherwise            because
    ("password",  "failures",            "below login_failures",   None,                  "login_flooded",     "ACCT-006"),
    ("password",  "password_matches",    "holds",                  None,                  "password_rejected", "ACCT-001"),
    ("password",  "account_active",      "holds",                  None,                  "account_disabled",  "ACCT-003"),
    ("password",  "mfa_enabled",         "holds",                  "second_factor_needed", "first_factor_only", "ACCT-002"),
    ("activate",  "failures",            "below login_failures",   None,                  "login_flooded",     "ACCT-028"),
    ("activate",  "code_matches",        "holds",                  None,                  "activation_rejected", "ACCT-024"),
    ("activate",  "code_current",        "holds",                  None,                  "activation_rejected", "ACCT-024"),
    ("activate",  "account_active",      "holds",                  "activation_accepted", "activation_rejected", "ACCT-024"),
    ("code",      "challenge_known",     "holds",                  None,                  "challenge_reused",  "ACCT-004"),
    ("code",      "attempts",            "below mfa_attempts",     None,                  "codes_exhausted",   "ACCT-005"),
    ("code",      "code_matches",        "holds",                  None,                  "code_rejected",     "ACCT-005"),
    ("code",      "code_fresh",          "holds",                  "code_accepted",       "code_rejected",     "ACCT-007"),
])

LOGIN_CLIENT = machine("login_client", (
    State("anonymous"),
    State("asked"),
    State("challenged"),
    State("answered"),
    State("authenticated", final=True),
    State("given_up", final=True),
), [
    ("anonymous",  "password_given",              "asked",         "send_password",  "ACCT-001"),
    ("anonymous",  "person_left",                 "given_up",      "",               "ACCT-001"),
    ("asked",      "login_failed_received",       "anonymous",     "show_refusal",   "ACCT-001"),
    ("asked",      "login_rate_limited_received", "anonymous",     "show_refusal",   "ACCT-006"),
    ("asked",      "challenge_received",          "challenged",    "ask_for_code",   "ACCT-002"),
    ("asked",      "tokens_received",             "authenticated", "keep_tokens",    "ACCT-002"),
    ("challenged", "code_given",                  "answered",      "send_code",      "ACCT-004"),
    ("challenged", "person_left",                 "given_up",      "",               "ACCT-004"),
    ("answered",   "tokens_received",             "authenticated", "keep_tokens",    "ACCT-004"),
    ("answered",   "code_invalid_received",       "challenged",    "show_refusal",   "ACCT-005"),
    ("answered",   "session_invalid_received",    "given_up",      "show_refusal",   "ACCT-004"),
])

MFA = machine("mfa", (
    State("off"),
    State("pending"),
    State("on"),
    State("gone", final=True),
), [
    ("off",               "setup_requested",      "pending", "keep_secret send_secret",        "ACCT-021"),
    ("pending",           "setup_requested",      None,      "keep_secret send_secret",        "ACCT-021"),
    ("on",                "setup_requested",      None,      "send_already_enabled",           "ACCT-023"),
    (["off", "pending", "on"], "password_rejected", None,    "count_failure send_password_invalid", "ACCT-021 ACCT-027"),
    (["off", "pending", "on"], "login_flooded",   None,      "send_login_rate_limited",        "ACCT-027"),
    ("off",               "enable_requested",     None,      "send_not_pending",               "ACCT-022"),
    ("pending",           "code_rejected",        None,      "count_failure send_code_invalid", "ACCT-022 ACCT-027"),
    ("pending",           "enable_requested",     "on",      "enable_factor send_enabled",     "ACCT-022"),
    ("on",                "enable_requested",     None,      "send_already_enabled",           "ACCT-023"),
    (["off", "pending", "on"], "user_removed",    "gone",    "",                               "ACCT-012"),
], [
    ("setup",  "failures",         "below login_failures", None, "login_flooded", "ACCT-027"),
    ("setup",  "password_matches", "holds", "setup_requested",  "password_rejected", "ACCT-021"),
    ("enable", "failures",         "below login_failures", None, "login_flooded", "ACCT-027"),
    ("enable", "password_matches", "holds", None,               "password_rejected", "ACCT-021"),
    ("enable", "pending",          "holds", None,               "enable_requested",  "ACCT-022"),
    ("enable", "code_matches",     "holds", "enable_requested", "code_rejected",     "ACCT-022"),
])

REFRESH = machine("refresh", (
    State("live", deadline="refresh_token_life", on_deadline="token_expired"),
    State("spent"),
    State("revoked", final=True),
), [
    ("live",                 "refresh_requested", "spent",   "issue_successor send_tokens",        "ACCT-015"),
    ("live",                 "token_expired",     "revoked", "",                                   "ACCT-014"),
    (["live", "spent"],   "logged_out",        "revoked", "revoke_family",                      "ACCT-017"),
    ("spent",                "refresh_requested", "revoked", "revoke_family send_refresh_invalid", "ACCT-018"),
    ("revoked",              "refresh_requested", None,      "send_refresh_invalid",               "ACCT-015"),
    ("revoked",              "logged_out",        None,      "",                                   "ACCT-017"),
], [
    ("refresh", "csrf_present",  "holds", None,                "CSRF_MISSING",    "ACCT-016"),
    ("refresh", "csrf_matches",  "holds", None,                "CSRF_MISMATCH",   "ACCT-016"),
    ("refresh", "token_known",   "holds", None,                "REFRESH_INVALID", "ACCT-015"),
    ("refresh", "token_current", "holds", None,                "REFRESH_INVALID", "ACCT-014"),
    ("refresh", "user_active",   "holds", "refresh_requested", "REFRESH_INVALID", "ACCT-012"),
])

TICKET = machine("ticket", (
    State("minted", deadline="ticket_life", on_deadline="ticket_expired"),
    State("spent", final=True),
    State("expired", final=True),
), [
    ("minted",                  "ticket_accepted", "spent",   "open_socket",            "ACCT-043"),
    ("minted",                  "TICKET_INVALID",  "spent",   "send_ticket_invalid",    "ACCT-045"),
    ("minted",                  "ticket_expired",  "expired", "",                       "ACCT-040"),
    (["spent", "expired"],   "TICKET_INVALID",  None,      "send_ticket_invalid",    "ACCT-043"),
], [
    ("present", "ticket_given",    "holds",                   None,              "TICKET_MISSING", "ACCT-044"),
    ("present", "ticket_known",    "holds",                   None,              "TICKET_INVALID", "ACCT-043"),
    ("present", "ticket_unspent",  "holds",                   None,              "TICKET_INVALID", "ACCT-043"),
    ("present", "ticket_age",      "below ticket_life",       None,              "TICKET_INVALID", "ACCT-040"),
    ("present", "session_matches", "holds",                   None,              "TICKET_INVALID", "ACCT-045"),
    ("present", "user_active",     "holds",                   None,              "TICKET_INVALID", "ACCT-046"),
    ("present", "user_allowed",    "holds",                   None,              "TICKET_INVALID", "ACCT-046"),
    ("present", "session_live",    "holds",                   "ticket_accepted", "TICKET_INVALID", "ACCT-046"),
])

GATE = machine("gate", (State("closed"), State("open", final=True)), [
    ("closed", "caller_admitted", "open", "run_call", "ACCT-010"),
], [
    ("call", "token_given",        "holds", None,              "CREDENTIALS_MISSING", "ACCT-010"),
    ("call", "token_valid",        "holds", None,              "TOKEN_INVALID",       "ACCT-011"),
    ("call", "token_unrevoked",    "holds", None,              "TOKEN_INVALID",       "ACCT-017"),
    ("call", "account_active",     "holds", None,              "ACCOUNT_INACTIVE",    "ACCT-012"),
    ("call", "permission_held",    "holds", None,              "ACCESS_DENIED",       "ACCT-030"),
    ("call", "mfa_satisfied",      "holds", "caller_admitted", "MFA_REQUIRED",        "ACCT-031"),
])
# fmt: on

LOGIN_PRODUCT = Product(
    "login",
    {"client": LOGIN_CLIENT, "server": LOGIN},
    (
        Channel("client", "server", ("password", "code"), 1),
        Channel(
            "server",
            "client",
            ("login_failed", "login_rate_limited", "challenge", "tokens", "code_invalid", "session_invalid"),
            1,
        ),
    ),
    {"client": spontaneous(LOGIN_CLIENT), "server": frozenset({"challenge_expired"})},
    resting={"server": ("anonymous",)},
)
"""A person and the server during a log-in: one request at a time."""

TICKET_PRODUCT = Product(
    "ticket",
    {"ticket": TICKET},
    (),
    {"ticket": spontaneous(TICKET)},
    at_most_once=(("ticket", "open_socket"),),
)
"""One ticket, presented by anybody any number of times: it opens one socket at most (ACCT-043)."""

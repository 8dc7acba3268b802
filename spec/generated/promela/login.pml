/* login: generated from the tables; do not edit */
mtype = { m_challenge, m_code, m_code_invalid, m_login_failed, m_login_rate_limited, m_password, m_session_invalid, m_tokens };
#define client_anonymous 0
#define client_asked 1
#define client_challenged 2
#define client_answered 3
#define client_authenticated 4
#define client_given_up 5
byte v_client = 0;
#define server_anonymous 0
#define server_challenged 1
#define server_authenticated 2
#define server_refused 3
byte v_server = 0;
chan c0 = [1] of { mtype }; /* client to server */
chan c1 = [1] of { mtype }; /* server to client */

active proctype system() {
  do
  :: atomic { v_client == client_anonymous && len(c0) + 1 <= 1 -> v_client = client_asked; c0!m_password /* client: password_given */ }
  :: atomic { v_client == client_anonymous -> v_client = client_given_up /* client: person_left */ }
  :: atomic { v_client == client_challenged -> v_client = client_given_up /* client: person_left */ }
  :: atomic { v_client == client_challenged && len(c0) + 1 <= 1 -> v_client = client_answered; c0!m_code /* client: code_given */ }
  :: atomic { v_server == server_challenged -> v_server = server_refused /* server: challenge_expired */ }
  :: atomic { v_server == server_anonymous && c0?[m_password] && len(c1) + 1 <= 1 -> c0?m_password; c1!m_login_rate_limited /* server: login_flooded */ }
  :: atomic { v_server == server_anonymous && c0?[m_password] && len(c1) + 1 <= 1 -> c0?m_password; c1!m_login_failed /* server: password_rejected */ }
  :: atomic { v_server == server_anonymous && c0?[m_password] && len(c1) + 1 <= 1 -> c0?m_password; c1!m_login_failed /* server: account_disabled */ }
  :: atomic { v_server == server_anonymous && c0?[m_password] && len(c1) + 1 <= 1 -> c0?m_password; v_server = server_challenged; c1!m_challenge /* server: second_factor_needed */ }
  :: atomic { v_server == server_anonymous && c0?[m_password] && len(c1) + 1 <= 1 -> c0?m_password; v_server = server_authenticated; c1!m_tokens /* server: first_factor_only */ }
  :: atomic { v_server == server_challenged && c0?[m_password] -> assert(false) /* no row for login_flooded */ }
  :: atomic { v_server == server_authenticated && c0?[m_password] -> assert(false) /* no row for login_flooded */ }
  :: atomic { v_server == server_refused && c0?[m_password] -> assert(false) /* no row for login_flooded */ }
  :: atomic { v_server == server_anonymous && c0?[m_code] -> assert(false) /* no row for challenge_reused */ }
  :: atomic { v_server == server_challenged && c0?[m_code] && len(c1) + 1 <= 1 -> c0?m_code; c1!m_session_invalid /* server: challenge_reused */ }
  :: atomic { v_server == server_challenged && c0?[m_code] && len(c1) + 1 <= 1 -> c0?m_code; v_server = server_refused; c1!m_session_invalid /* server: codes_exhausted */ }
  :: atomic { v_server == server_challenged && c0?[m_code] && len(c1) + 1 <= 1 -> c0?m_code; c1!m_code_invalid /* server: code_rejected */ }
  :: atomic { v_server == server_challenged && c0?[m_code] && len(c1) + 1 <= 1 -> c0?m_code; v_server = server_authenticated; c1!m_tokens /* server: code_accepted */ }
  :: atomic { v_server == server_authenticated && c0?[m_code] && len(c1) + 1 <= 1 -> c0?m_code; c1!m_session_invalid /* server: challenge_reused */ }
  :: atomic { v_server == server_refused && c0?[m_code] && len(c1) + 1 <= 1 -> c0?m_code; c1!m_session_invalid /* server: challenge_reused */ }
  :: atomic { v_client == client_anonymous && c1?[m_login_failed] -> assert(false) /* no row for login_failed_received */ }
  :: atomic { v_client == client_asked && c1?[m_login_failed] -> c1?m_login_failed; v_client = client_anonymous /* client: login_failed_received */ }
  :: atomic { v_client == client_challenged && c1?[m_login_failed] -> assert(false) /* no row for login_failed_received */ }
  :: atomic { v_client == client_answered && c1?[m_login_failed] -> assert(false) /* no row for login_failed_received */ }
  :: atomic { v_client == client_authenticated && c1?[m_login_failed] -> assert(false) /* no row for login_failed_received */ }
  :: atomic { v_client == client_given_up && c1?[m_login_failed] -> assert(false) /* no row for login_failed_received */ }
  :: atomic { v_client == client_anonymous && c1?[m_login_rate_limited] -> assert(false) /* no row for login_rate_limited_received */ }
  :: atomic { v_client == client_asked && c1?[m_login_rate_limited] -> c1?m_login_rate_limited; v_client = client_anonymous /* client: login_rate_limited_received */ }
  :: atomic { v_client == client_challenged && c1?[m_login_rate_limited] -> assert(false) /* no row for login_rate_limited_received */ }
  :: atomic { v_client == client_answered && c1?[m_login_rate_limited] -> assert(false) /* no row for login_rate_limited_received */ }
  :: atomic { v_client == client_authenticated && c1?[m_login_rate_limited] -> assert(false) /* no row for login_rate_limited_received */ }
  :: atomic { v_client == client_given_up && c1?[m_login_rate_limited] -> assert(false) /* no row for login_rate_limited_received */ }
  :: atomic { v_client == client_anonymous && c1?[m_challenge] -> assert(false) /* no row for challenge_received */ }
  :: atomic { v_client == client_asked && c1?[m_challenge] -> c1?m_challenge; v_client = client_challenged /* client: challenge_received */ }
  :: atomic { v_client == client_challenged && c1?[m_challenge] -> assert(false) /* no row for challenge_received */ }
  :: atomic { v_client == client_answered && c1?[m_challenge] -> assert(false) /* no row for challenge_received */ }
  :: atomic { v_client == client_authenticated && c1?[m_challenge] -> assert(false) /* no row for challenge_received */ }
  :: atomic { v_client == client_given_up && c1?[m_challenge] -> assert(false) /* no row for challenge_received */ }
  :: atomic { v_client == client_anonymous && c1?[m_tokens] -> assert(false) /* no row for tokens_received */ }
  :: atomic { v_client == client_asked && c1?[m_tokens] -> c1?m_tokens; v_client = client_authenticated /* client: tokens_received */ }
  :: atomic { v_client == client_challenged && c1?[m_tokens] -> assert(false) /* no row for tokens_received */ }
  :: atomic { v_client == client_answered && c1?[m_tokens] -> c1?m_tokens; v_client = client_authenticated /* client: tokens_received */ }
  :: atomic { v_client == client_authenticated && c1?[m_tokens] -> assert(false) /* no row for tokens_received */ }
  :: atomic { v_client == client_given_up && c1?[m_tokens] -> assert(false) /* no row for tokens_received */ }
  :: atomic { v_client == client_anonymous && c1?[m_code_invalid] -> assert(false) /* no row for code_invalid_received */ }
  :: atomic { v_client == client_asked && c1?[m_code_invalid] -> assert(false) /* no row for code_invalid_received */ }
  :: atomic { v_client == client_challenged && c1?[m_code_invalid] -> assert(false) /* no row for code_invalid_received */ }
  :: atomic { v_client == client_answered && c1?[m_code_invalid] -> c1?m_code_invalid; v_client = client_challenged /* client: code_invalid_received */ }
  :: atomic { v_client == client_authenticated && c1?[m_code_invalid] -> assert(false) /* no row for code_invalid_received */ }
  :: atomic { v_client == client_given_up && c1?[m_code_invalid] -> assert(false) /* no row for code_invalid_received */ }
  :: atomic { v_client == client_anonymous && c1?[m_session_invalid] -> assert(false) /* no row for session_invalid_received */ }
  :: atomic { v_client == client_asked && c1?[m_session_invalid] -> assert(false) /* no row for session_invalid_received */ }
  :: atomic { v_client == client_challenged && c1?[m_session_invalid] -> assert(false) /* no row for session_invalid_received */ }
  :: atomic { v_client == client_answered && c1?[m_session_invalid] -> c1?m_session_invalid; v_client = client_given_up /* client: session_invalid_received */ }
  :: atomic { v_client == client_authenticated && c1?[m_session_invalid] -> assert(false) /* no row for session_invalid_received */ }
  :: atomic { v_client == client_given_up && c1?[m_session_invalid] -> assert(false) /* no row for session_invalid_received */ }
  :: atomic { (v_client == client_authenticated || v_client == client_given_up) && (v_server == server_anonymous || v_server == server_authenticated || v_server == server_refused) -> break }
  od
}

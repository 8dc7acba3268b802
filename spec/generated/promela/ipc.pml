/* ipc: generated from the tables; do not edit */
mtype = { m_answer, m_auth_accepted, m_auth_rejected, m_auth_request, m_capabilities, m_close, m_disconnect, m_notice, m_ping, m_pong, m_pre_auth_reject, m_question, m_reply, m_report, m_request };
#define broker_connected 0
#define broker_authenticated 1
#define broker_ready 2
#define broker_closed 3
byte v_broker = 0;
#define helper_dialed 0
#define helper_authenticating 1
#define helper_ready 2
#define helper_closed 3
byte v_helper = 0;
chan c0 = [2] of { mtype }; /* helper to broker */
chan c1 = [2] of { mtype }; /* broker to helper */
bit n0 = 0; /* broker: switch_key */
bit n1 = 0; /* helper: switch_key */

active proctype system() {
  do
  :: atomic { v_broker == broker_connected -> skip /* broker: peer_admitted */ }
  :: atomic { v_broker == broker_connected && len(c1) + 2 <= 2 -> v_broker = broker_closed; c1!m_pre_auth_reject; c1!m_close /* broker: IPC_CRED_CHECK_FAILED */ }
  :: atomic { v_broker == broker_connected && len(c1) + 2 <= 2 -> v_broker = broker_closed; c1!m_pre_auth_reject; c1!m_close /* broker: IPC_RATE_LIMITED */ }
  :: atomic { v_broker == broker_connected && len(c1) + 2 <= 2 -> v_broker = broker_closed; c1!m_pre_auth_reject; c1!m_close /* broker: IPC_MAX_CONNS_EXCEEDED */ }
  :: atomic { v_broker == broker_connected && len(c1) + 1 <= 2 -> v_broker = broker_closed; c1!m_close /* broker: handshake_timed_out */ }
  :: atomic { v_broker == broker_connected && len(c1) + 1 <= 2 -> v_broker = broker_closed; c1!m_close /* broker: broker_stopping */ }
  :: atomic { v_broker == broker_connected -> v_broker = broker_closed /* broker: line_lost */ }
  :: atomic { v_broker == broker_connected -> v_broker = broker_closed /* broker: write_stalled */ }
  :: atomic { v_broker == broker_authenticated && len(c1) + 2 <= 2 -> v_broker = broker_closed; c1!m_disconnect; c1!m_close /* broker: broker_stopping */ }
  :: atomic { v_broker == broker_authenticated -> v_broker = broker_closed /* broker: line_lost */ }
  :: atomic { v_broker == broker_authenticated -> v_broker = broker_closed /* broker: write_stalled */ }
  :: atomic { v_broker == broker_authenticated && len(c1) + 1 <= 2 -> c1!m_request /* broker: request_wanted */ }
  :: atomic { v_broker == broker_authenticated && len(c1) + 1 <= 2 -> c1!m_notice /* broker: notice_wanted */ }
  :: atomic { v_broker == broker_authenticated && len(c1) + 1 <= 2 -> c1!m_ping /* broker: ping_due */ }
  :: atomic { v_broker == broker_authenticated && len(c1) + 1 <= 2 -> v_broker = broker_closed; c1!m_close /* broker: peer_silent */ }
  :: atomic { v_broker == broker_ready && len(c1) + 2 <= 2 -> v_broker = broker_closed; c1!m_disconnect; c1!m_close /* broker: broker_stopping */ }
  :: atomic { v_broker == broker_ready -> v_broker = broker_closed /* broker: line_lost */ }
  :: atomic { v_broker == broker_ready -> v_broker = broker_closed /* broker: write_stalled */ }
  :: atomic { v_broker == broker_ready && len(c1) + 1 <= 2 -> c1!m_request /* broker: request_wanted */ }
  :: atomic { v_broker == broker_ready && len(c1) + 1 <= 2 -> c1!m_notice /* broker: notice_wanted */ }
  :: atomic { v_broker == broker_ready && len(c1) + 1 <= 2 -> c1!m_ping /* broker: ping_due */ }
  :: atomic { v_broker == broker_ready && len(c1) + 1 <= 2 -> v_broker = broker_closed; c1!m_close /* broker: peer_silent */ }
  :: atomic { v_broker == broker_closed -> skip /* broker: broker_stopping */ }
  :: atomic { v_broker == broker_closed -> skip /* broker: line_lost */ }
  :: atomic { v_broker == broker_closed -> skip /* broker: write_stalled */ }
  :: atomic { v_helper == helper_dialed && len(c0) + 1 <= 2 -> v_helper = helper_authenticating; c0!m_auth_request /* helper: line_opened */ }
  :: atomic { v_helper == helper_dialed -> v_helper = helper_closed /* helper: line_lost */ }
  :: atomic { v_helper == helper_dialed && len(c0) + 1 <= 2 -> v_helper = helper_closed; c0!m_close /* helper: stop_requested */ }
  :: atomic { v_helper == helper_authenticating -> v_helper = helper_closed /* helper: line_lost */ }
  :: atomic { v_helper == helper_authenticating && len(c0) + 1 <= 2 -> v_helper = helper_closed; c0!m_close /* helper: stop_requested */ }
  :: atomic { v_helper == helper_authenticating && len(c0) + 1 <= 2 -> v_helper = helper_closed; c0!m_close /* helper: auth_timed_out */ }
  :: atomic { v_helper == helper_authenticating && len(c0) + 1 <= 2 -> v_helper = helper_closed; c0!m_close /* helper: write_stalled */ }
  :: atomic { v_helper == helper_authenticating -> skip /* helper: capabilities_changed */ }
  :: atomic { v_helper == helper_ready -> v_helper = helper_closed /* helper: line_lost */ }
  :: atomic { v_helper == helper_ready && len(c0) + 2 <= 2 -> v_helper = helper_closed; c0!m_disconnect; c0!m_close /* helper: stop_requested */ }
  :: atomic { v_helper == helper_ready && len(c0) + 1 <= 2 -> v_helper = helper_closed; c0!m_close /* helper: write_stalled */ }
  :: atomic { v_helper == helper_ready && len(c0) + 1 <= 2 -> c0!m_capabilities /* helper: capabilities_changed */ }
  :: atomic { v_helper == helper_ready && len(c0) + 1 <= 2 -> c0!m_reply /* helper: reply_ready */ }
  :: atomic { v_helper == helper_ready && len(c0) + 1 <= 2 -> c0!m_report /* helper: report_wanted */ }
  :: atomic { v_helper == helper_ready && len(c0) + 1 <= 2 -> c0!m_question /* helper: question_wanted */ }
  :: atomic { v_helper == helper_ready && len(c0) + 1 <= 2 -> c0!m_ping /* helper: ping_due */ }
  :: atomic { v_helper == helper_ready && len(c0) + 1 <= 2 -> v_helper = helper_closed; c0!m_close /* helper: peer_silent */ }
  :: atomic { v_helper == helper_closed -> skip /* helper: line_lost */ }
  :: atomic { v_helper == helper_closed -> skip /* helper: stop_requested */ }
  :: atomic { v_helper == helper_closed -> skip /* helper: write_stalled */ }
  :: atomic { v_helper == helper_closed -> skip /* helper: capabilities_changed */ }
  :: atomic { v_helper == helper_closed -> skip /* helper: reply_ready */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 1 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_close /* broker: auth_malformed */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_VERSION_UNSUPPORTED */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_ROLE_UNKNOWN */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_SID_MISSING */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_SID_MISMATCH */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_UID_MISMATCH */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_PID_MISMATCH */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_USERNAME_MISMATCH */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_SESSION_ID_MISMATCH */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_PATH_UNRESOLVED */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_PATH_MISMATCH */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_HASHES_UNAVAILABLE */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_HASH_UNAVAILABLE */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_HASH_MISMATCH */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_SESSION_ID_IN_USE */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_ROLE_IDENTITY */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_auth_rejected; c1!m_close /* broker: IPC_WIN_SESSION */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 1 <= 2 -> c0?m_auth_request; v_broker = broker_authenticated; c1!m_auth_accepted; assert(!n0); n0 = 1 /* broker: auth_accepted */ }
  :: atomic { v_broker == broker_connected && c0?[m_auth_request] && len(c1) + 2 <= 2 -> c0?m_auth_request; v_broker = broker_closed; c1!m_pre_auth_reject; c1!m_close /* broker: IPC_MAX_CONNS_EXCEEDED */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_auth_request] -> assert(false) /* no row for message_late */ }
  :: atomic { v_broker == broker_ready && c0?[m_auth_request] -> assert(false) /* no row for message_late */ }
  :: atomic { v_broker == broker_closed && c0?[m_auth_request] -> c0?m_auth_request /* broker: message_late */ }
  :: atomic { v_broker == broker_connected && c0?[m_ping] -> assert(false) /* no row for ping_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_ping] && len(c1) + 1 <= 2 -> c0?m_ping; c1!m_pong /* broker: ping_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_ping] && len(c1) + 1 <= 2 -> c0?m_ping; c1!m_pong /* broker: ping_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_ping] -> c0?m_ping /* broker: ping_received */ }
  :: atomic { v_broker == broker_connected && c0?[m_pong] -> assert(false) /* no row for pong_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_pong] -> c0?m_pong /* broker: pong_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_pong] -> c0?m_pong /* broker: pong_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_pong] -> c0?m_pong /* broker: pong_received */ }
  :: atomic { v_broker == broker_connected && c0?[m_capabilities] -> assert(false) /* no row for capabilities_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_capabilities] -> c0?m_capabilities; v_broker = broker_ready /* broker: capabilities_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_capabilities] -> c0?m_capabilities /* broker: capabilities_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_capabilities] -> c0?m_capabilities /* broker: capabilities_received */ }
  :: atomic { v_broker == broker_connected && c0?[m_disconnect] -> assert(false) /* no row for disconnect_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_disconnect] && len(c1) + 1 <= 2 -> c0?m_disconnect; v_broker = broker_closed; c1!m_close /* broker: disconnect_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_disconnect] && len(c1) + 1 <= 2 -> c0?m_disconnect; v_broker = broker_closed; c1!m_close /* broker: disconnect_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_disconnect] -> c0?m_disconnect /* broker: disconnect_received */ }
  :: atomic { v_broker == broker_connected && c0?[m_reply] -> assert(false) /* no row for reply_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_reply] -> c0?m_reply /* broker: reply_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_reply] -> c0?m_reply /* broker: reply_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_reply] -> c0?m_reply /* broker: reply_received */ }
  :: atomic { v_broker == broker_connected && c0?[m_report] -> assert(false) /* no row for report_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_report] -> c0?m_report /* broker: report_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_report] -> c0?m_report /* broker: report_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_report] -> c0?m_report /* broker: report_received */ }
  :: atomic { v_broker == broker_connected && c0?[m_question] -> assert(false) /* no row for question_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_question] -> c0?m_question /* broker: question_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_question] -> c0?m_question /* broker: question_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_question] -> c0?m_question /* broker: question_received */ }
  :: atomic { v_broker == broker_connected && c0?[m_close] -> c0?m_close; v_broker = broker_closed /* broker: close_received */ }
  :: atomic { v_broker == broker_authenticated && c0?[m_close] -> c0?m_close; v_broker = broker_closed /* broker: close_received */ }
  :: atomic { v_broker == broker_ready && c0?[m_close] -> c0?m_close; v_broker = broker_closed /* broker: close_received */ }
  :: atomic { v_broker == broker_closed && c0?[m_close] -> c0?m_close /* broker: close_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_pre_auth_reject] && len(c0) + 1 <= 2 -> c1?m_pre_auth_reject; v_helper = helper_closed; c0!m_close /* helper: pre_auth_reject_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_pre_auth_reject] && len(c0) + 1 <= 2 -> c1?m_pre_auth_reject; v_helper = helper_closed; c0!m_close /* helper: pre_auth_reject_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_pre_auth_reject] -> assert(false) /* no row for pre_auth_reject_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_pre_auth_reject] -> c1?m_pre_auth_reject /* helper: pre_auth_reject_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_auth_accepted] -> assert(false) /* no row for auth_accepted_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_auth_accepted] && len(c0) + 1 <= 2 -> c1?m_auth_accepted; v_helper = helper_ready; c0!m_capabilities; assert(!n1); n1 = 1 /* helper: auth_accepted_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_auth_accepted] -> assert(false) /* no row for auth_accepted_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_auth_accepted] -> c1?m_auth_accepted /* helper: auth_accepted_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_auth_rejected] -> assert(false) /* no row for auth_rejected_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_auth_rejected] && len(c0) + 1 <= 2 -> c1?m_auth_rejected; v_helper = helper_closed; c0!m_close /* helper: auth_rejected_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_auth_rejected] -> assert(false) /* no row for auth_rejected_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_auth_rejected] -> c1?m_auth_rejected /* helper: auth_rejected_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_ping] -> assert(false) /* no row for ping_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_ping] -> assert(false) /* no row for ping_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_ping] && len(c0) + 1 <= 2 -> c1?m_ping; c0!m_pong /* helper: ping_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_ping] -> c1?m_ping /* helper: ping_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_pong] -> assert(false) /* no row for pong_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_pong] -> assert(false) /* no row for pong_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_pong] -> c1?m_pong /* helper: pong_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_pong] -> c1?m_pong /* helper: pong_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_disconnect] -> assert(false) /* no row for disconnect_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_disconnect] -> assert(false) /* no row for disconnect_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_disconnect] && len(c0) + 1 <= 2 -> c1?m_disconnect; v_helper = helper_closed; c0!m_close /* helper: disconnect_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_disconnect] -> c1?m_disconnect /* helper: disconnect_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_request] -> assert(false) /* no row for request_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_request] -> assert(false) /* no row for request_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_request] -> c1?m_request /* helper: request_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_request] -> c1?m_request /* helper: request_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_notice] -> assert(false) /* no row for notice_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_notice] -> assert(false) /* no row for notice_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_notice] -> c1?m_notice /* helper: notice_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_notice] -> c1?m_notice /* helper: notice_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_answer] -> assert(false) /* no row for answer_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_answer] -> assert(false) /* no row for answer_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_answer] -> c1?m_answer /* helper: answer_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_answer] -> c1?m_answer /* helper: answer_received */ }
  :: atomic { v_helper == helper_dialed && c1?[m_close] -> c1?m_close; v_helper = helper_closed /* helper: close_received */ }
  :: atomic { v_helper == helper_authenticating && c1?[m_close] -> c1?m_close; v_helper = helper_closed /* helper: close_received */ }
  :: atomic { v_helper == helper_ready && c1?[m_close] -> c1?m_close; v_helper = helper_closed /* helper: close_received */ }
  :: atomic { v_helper == helper_closed && c1?[m_close] -> c1?m_close /* helper: close_received */ }
  :: atomic { (v_broker == broker_closed) && (v_helper == helper_closed) -> break }
  od
}

/* session: generated from the tables; do not edit */
mtype = { m_close, m_connected, m_data, m_error, m_exit, m_input_result, m_leave, m_output, m_resize, m_start_failed, m_started, m_terminal_data, m_terminal_exit, m_terminal_output, m_terminal_resize, m_terminal_start, m_terminal_stop };
#define viewer_opening 0
#define viewer_connected 1
#define viewer_exited 2
#define viewer_closed 3
byte v_viewer = 0;
#define relay_waiting 0
#define relay_starting 1
#define relay_running 2
#define relay_paused 3
#define relay_ended 4
byte v_relay = 0;
#define agent_absent 0
#define agent_opening 1
#define agent_running 2
#define agent_ended 3
byte v_agent = 0;
#define session_pending 0
#define session_connecting 1
#define session_active 2
#define session_suspended 3
#define session_disconnected 4
#define session_failed 5
byte v_session = 0;
chan c0 = [1] of { mtype }; /* viewer to relay */
chan c1 = [1] of { mtype }; /* relay to viewer */
chan c2 = [1] of { mtype }; /* relay to agent */
chan c3 = [1] of { mtype }; /* agent to relay */
bit n0 = 0; /* session: record_duration */

active proctype system() {
  do
  :: atomic { v_viewer == viewer_opening -> skip /* viewer: user_resized */ }
  :: atomic { v_viewer == viewer_opening -> skip /* viewer: ping_due */ }
  :: atomic { v_viewer == viewer_opening -> v_viewer = viewer_closed /* viewer: server_silent */ }
  :: atomic { v_viewer == viewer_opening && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_opening -> v_viewer = viewer_closed /* viewer: server_lost */ }
  :: atomic { v_viewer == viewer_connected && len(c0) + 1 <= 1 -> c0!m_resize /* viewer: user_resized */ }
  :: atomic { v_viewer == viewer_connected && len(c0) + 1 <= 1 -> c0!m_data /* viewer: user_typed */ }
  :: atomic { v_viewer == viewer_connected -> skip /* viewer: ping_due */ }
  :: atomic { v_viewer == viewer_connected -> v_viewer = viewer_closed /* viewer: server_silent */ }
  :: atomic { v_viewer == viewer_connected && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_connected -> v_viewer = viewer_closed /* viewer: server_lost */ }
  :: atomic { v_viewer == viewer_exited -> skip /* viewer: user_resized */ }
  :: atomic { v_viewer == viewer_exited -> skip /* viewer: user_typed */ }
  :: atomic { v_viewer == viewer_exited -> skip /* viewer: ping_due */ }
  :: atomic { v_viewer == viewer_exited -> v_viewer = viewer_closed /* viewer: server_silent */ }
  :: atomic { v_viewer == viewer_exited && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_exited -> v_viewer = viewer_closed /* viewer: server_lost */ }
  :: atomic { v_relay == relay_waiting && len(c2) + 1 <= 1 -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; v_relay = relay_starting; c2!m_terminal_start /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_waiting -> v_relay = relay_ended /* relay: agent_lost */ }
  :: atomic { v_relay == relay_starting -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_starting && v_session == session_pending && len(c1) + 2 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_connecting && len(c1) + 2 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_active && len(c1) + 2 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close; assert(false) /* relay: agent_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_suspended && len(c1) + 2 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close; assert(false) /* relay: agent_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_disconnected && len(c1) + 2 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close /* relay: agent_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_failed && len(c1) + 2 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close /* relay: agent_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_pending && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_starting && v_session == session_connecting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_starting && v_session == session_active && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(false) /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_starting && v_session == session_suspended && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(false) /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_starting && v_session == session_disconnected && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close; c2!m_terminal_stop /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_starting && v_session == session_failed && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close; c2!m_terminal_stop /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_starting && v_session == session_pending && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_connecting && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_active && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_suspended; c2!m_terminal_stop /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_suspended && len(c2) + 1 <= 1 -> v_relay = relay_ended; c2!m_terminal_stop; assert(false) /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_disconnected && len(c2) + 1 <= 1 -> v_relay = relay_ended; c2!m_terminal_stop /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_starting && v_session == session_failed && len(c2) + 1 <= 1 -> v_relay = relay_ended; c2!m_terminal_stop /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_running -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; c1!m_connected /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_running && v_session == session_pending && len(c1) + 2 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close /* relay: agent_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_connecting && len(c1) + 2 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_active && len(c1) + 2 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_suspended && len(c1) + 2 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_disconnected && len(c1) + 2 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close /* relay: agent_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_failed && len(c1) + 2 <= 1 -> v_relay = relay_ended; c1!m_error; c1!m_close /* relay: agent_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_pending && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_connecting && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_active -> v_relay = relay_paused; v_session = session_suspended /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_suspended -> v_relay = relay_paused; assert(false) /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_disconnected -> v_relay = relay_paused /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_running && v_session == session_failed -> v_relay = relay_paused /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_paused && v_session == session_pending -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; v_relay = relay_running; c1!m_connected; assert(false) /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_paused && v_session == session_connecting -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; v_relay = relay_running; c1!m_connected; assert(false) /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_paused && v_session == session_active -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; v_relay = relay_running; c1!m_connected; assert(false) /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_paused && v_session == session_suspended -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; v_relay = relay_running; v_session = session_active; c1!m_connected /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_paused && v_session == session_disconnected -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; v_relay = relay_running; c1!m_connected; assert(false) /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_paused && v_session == session_failed -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_viewer = viewer_opening; v_relay = relay_running; c1!m_connected; assert(false) /* relay: viewer_attached */ }
  :: atomic { v_relay == relay_paused && v_session == session_pending -> v_relay = relay_ended /* relay: agent_lost */ }
  :: atomic { v_relay == relay_paused && v_session == session_connecting -> v_relay = relay_ended; v_session = session_failed; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_paused && v_session == session_active -> v_relay = relay_ended; v_session = session_failed; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_paused && v_session == session_suspended -> v_relay = relay_ended; v_session = session_failed; assert(!n0); n0 = 1 /* relay: agent_lost */ }
  :: atomic { v_relay == relay_paused && v_session == session_disconnected -> v_relay = relay_ended /* relay: agent_lost */ }
  :: atomic { v_relay == relay_paused && v_session == session_failed -> v_relay = relay_ended /* relay: agent_lost */ }
  :: atomic { v_relay == relay_paused -> skip /* relay: viewer_lost */ }
  :: atomic { v_relay == relay_ended -> skip /* relay: agent_lost */ }
  :: atomic { v_relay == relay_ended -> skip /* relay: viewer_lost */ }
  :: atomic { v_agent == agent_absent -> v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_opening -> v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_opening && len(c3) + 1 <= 1 -> v_agent = agent_running; c3!m_started /* agent: pty_opened */ }
  :: atomic { v_agent == agent_opening && len(c3) + 1 <= 1 -> v_agent = agent_ended; c3!m_start_failed /* agent: pty_failed */ }
  :: atomic { v_agent == agent_running -> v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_running && len(c3) + 1 <= 1 -> c3!m_terminal_output /* agent: pty_output */ }
  :: atomic { v_agent == agent_running && len(c3) + 1 <= 1 -> v_agent = agent_ended; c3!m_terminal_exit /* agent: shell_exited */ }
  :: atomic { v_agent == agent_ended -> skip /* agent: link_lost */ }
  :: atomic { v_session == session_pending && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_failed; assert(!n0); n0 = 1 /* session: pending_timed_out */ }
  :: atomic { v_session == session_pending && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: pending_timed_out */ }
  :: atomic { v_session == session_pending && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: pending_timed_out */ }
  :: atomic { v_session == session_pending && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: pending_timed_out */ }
  :: atomic { v_session == session_pending && v_relay == relay_ended -> v_session = session_failed; assert(!n0); n0 = 1 /* session: pending_timed_out */ }
  :: atomic { v_session == session_pending && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_pending && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_pending && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_pending && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_pending && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_pending && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_pending && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_pending && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_pending && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_pending && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_pending && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_pending && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_pending && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_pending && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_pending && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_connecting && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_failed; assert(!n0); n0 = 1 /* session: connecting_timed_out */ }
  :: atomic { v_session == session_connecting && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: connecting_timed_out */ }
  :: atomic { v_session == session_connecting && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: connecting_timed_out */ }
  :: atomic { v_session == session_connecting && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_failed; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: connecting_timed_out */ }
  :: atomic { v_session == session_connecting && v_relay == relay_ended -> v_session = session_failed; assert(!n0); n0 = 1 /* session: connecting_timed_out */ }
  :: atomic { v_session == session_connecting && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_connecting && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_connecting && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_connecting && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_connecting && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_connecting && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_connecting && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_connecting && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_connecting && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_connecting && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_connecting && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_connecting && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_connecting && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_connecting && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_connecting && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_active && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_active && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_active && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_active && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_active && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_active && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_active && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_active && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_active && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_active && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_active && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_active && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_active && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_active && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_active && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_suspended && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_suspended && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_suspended && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_suspended && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_suspended && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: end_requested */ }
  :: atomic { v_session == session_suspended && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_suspended && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_suspended && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_suspended && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_suspended && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: reaped */ }
  :: atomic { v_session == session_suspended && v_relay == relay_waiting -> v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_suspended && v_relay == relay_starting && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_suspended && v_relay == relay_running && len(c1) + 2 <= 1 && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c1!m_error; c1!m_close; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_suspended && v_relay == relay_paused && len(c2) + 1 <= 1 -> v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_suspended && v_relay == relay_ended -> v_session = session_disconnected; assert(!n0); n0 = 1 /* session: access_revoked */ }
  :: atomic { v_session == session_disconnected -> skip /* session: reaped */ }
  :: atomic { v_session == session_disconnected -> skip /* session: access_revoked */ }
  :: atomic { v_session == session_failed -> skip /* session: reaped */ }
  :: atomic { v_session == session_failed -> skip /* session: access_revoked */ }
  :: atomic { v_relay == relay_waiting && c0?[m_data] -> assert(false) /* no row for data_received */ }
  :: atomic { v_relay == relay_starting && c0?[m_data] && len(c1) + 1 <= 1 -> c0?m_data; c1!m_error /* relay: data_received */ }
  :: atomic { v_relay == relay_running && c0?[m_data] && len(c2) + 1 <= 1 -> c0?m_data; c2!m_terminal_data /* relay: data_received */ }
  :: atomic { v_relay == relay_paused && c0?[m_data] -> c0?m_data /* relay: data_received */ }
  :: atomic { v_relay == relay_ended && c0?[m_data] -> c0?m_data /* relay: data_received */ }
  :: atomic { v_relay == relay_waiting && c0?[m_resize] -> assert(false) /* no row for resize_received */ }
  :: atomic { v_relay == relay_starting && c0?[m_resize] && len(c1) + 1 <= 1 -> c0?m_resize; c1!m_error /* relay: resize_received */ }
  :: atomic { v_relay == relay_running && c0?[m_resize] && len(c2) + 1 <= 1 -> c0?m_resize; c2!m_terminal_resize /* relay: resize_received */ }
  :: atomic { v_relay == relay_paused && c0?[m_resize] -> c0?m_resize /* relay: resize_received */ }
  :: atomic { v_relay == relay_ended && c0?[m_resize] -> c0?m_resize /* relay: resize_received */ }
  :: atomic { v_relay == relay_waiting && v_session == session_pending && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_waiting && v_session == session_connecting && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_waiting && v_session == session_active && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_waiting && v_session == session_suspended && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_waiting && v_session == session_disconnected && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended /* relay: leave_received */ }
  :: atomic { v_relay == relay_waiting && v_session == session_failed && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended /* relay: leave_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_pending && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_connecting && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_active && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_suspended && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_disconnected && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; c2!m_terminal_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_failed && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; c2!m_terminal_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_running && v_session == session_pending && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_running && v_session == session_connecting && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_running && v_session == session_active && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_running && v_session == session_suspended && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_running && v_session == session_disconnected && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; c2!m_terminal_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_running && v_session == session_failed && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; c2!m_terminal_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_pending && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_connecting && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_active && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_suspended && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; v_session = session_disconnected; c2!m_terminal_stop; assert(!n0); n0 = 1 /* relay: leave_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_disconnected && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; c2!m_terminal_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_failed && c0?[m_leave] && len(c2) + 1 <= 1 -> c0?m_leave; v_relay = relay_ended; c2!m_terminal_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_ended && c0?[m_leave] -> c0?m_leave /* relay: leave_received */ }
  :: atomic { v_viewer == viewer_opening && c1?[m_connected] && len(c0) + 1 <= 1 -> c1?m_connected; v_viewer = viewer_connected; c0!m_resize /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_connected] -> assert(false) /* no row for connected_received */ }
  :: atomic { v_viewer == viewer_exited && c1?[m_connected] -> assert(false) /* no row for connected_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_connected] -> c1?m_connected /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_opening && c1?[m_output] -> assert(false) /* no row for output_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_output] -> c1?m_output /* viewer: output_received */ }
  :: atomic { v_viewer == viewer_exited && c1?[m_output] -> assert(false) /* no row for output_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_output] -> c1?m_output /* viewer: output_received */ }
  :: atomic { v_viewer == viewer_opening && c1?[m_exit] -> assert(false) /* no row for exit_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_exit] -> c1?m_exit; v_viewer = viewer_exited /* viewer: exit_received */ }
  :: atomic { v_viewer == viewer_exited && c1?[m_exit] -> assert(false) /* no row for exit_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_exit] -> c1?m_exit /* viewer: exit_received */ }
  :: atomic { v_viewer == viewer_opening && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_exited && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_opening && c1?[m_close] -> c1?m_close; v_viewer = viewer_closed /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_close] -> c1?m_close; v_viewer = viewer_closed /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_exited && c1?[m_close] -> c1?m_close; v_viewer = viewer_closed /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_close] -> c1?m_close /* viewer: close_received */ }
  :: atomic { v_agent == agent_absent && c2?[m_terminal_start] -> c2?m_terminal_start; v_agent = agent_opening /* agent: terminal_start_received */ }
  :: atomic { v_agent == agent_opening && c2?[m_terminal_start] && len(c3) + 1 <= 1 -> c2?m_terminal_start; c3!m_start_failed /* agent: terminal_start_received */ }
  :: atomic { v_agent == agent_running && c2?[m_terminal_start] && len(c3) + 1 <= 1 -> c2?m_terminal_start; c3!m_start_failed /* agent: terminal_start_received */ }
  :: atomic { v_agent == agent_ended && c2?[m_terminal_start] && len(c3) + 1 <= 1 -> c2?m_terminal_start; c3!m_start_failed /* agent: terminal_start_received */ }
  :: atomic { v_agent == agent_absent && c2?[m_terminal_data] -> c2?m_terminal_data /* agent: terminal_data_received */ }
  :: atomic { v_agent == agent_opening && c2?[m_terminal_data] && len(c3) + 1 <= 1 -> c2?m_terminal_data; c3!m_input_result /* agent: terminal_data_received */ }
  :: atomic { v_agent == agent_running && c2?[m_terminal_data] && len(c3) + 1 <= 1 -> c2?m_terminal_data; c3!m_input_result /* agent: terminal_data_received */ }
  :: atomic { v_agent == agent_ended && c2?[m_terminal_data] -> c2?m_terminal_data /* agent: terminal_data_received */ }
  :: atomic { v_agent == agent_absent && c2?[m_terminal_resize] -> c2?m_terminal_resize /* agent: terminal_resize_received */ }
  :: atomic { v_agent == agent_opening && c2?[m_terminal_resize] -> c2?m_terminal_resize /* agent: terminal_resize_received */ }
  :: atomic { v_agent == agent_running && c2?[m_terminal_resize] -> c2?m_terminal_resize /* agent: terminal_resize_received */ }
  :: atomic { v_agent == agent_ended && c2?[m_terminal_resize] -> c2?m_terminal_resize /* agent: terminal_resize_received */ }
  :: atomic { v_agent == agent_absent && c2?[m_terminal_stop] -> c2?m_terminal_stop /* agent: terminal_stop_received */ }
  :: atomic { v_agent == agent_opening && c2?[m_terminal_stop] -> c2?m_terminal_stop; v_agent = agent_ended /* agent: terminal_stop_received */ }
  :: atomic { v_agent == agent_running && c2?[m_terminal_stop] -> c2?m_terminal_stop; v_agent = agent_ended /* agent: terminal_stop_received */ }
  :: atomic { v_agent == agent_ended && c2?[m_terminal_stop] -> c2?m_terminal_stop /* agent: terminal_stop_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_started] -> assert(false) /* no row for started_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_pending && c3?[m_started] && len(c1) + 1 <= 1 -> c3?m_started; v_relay = relay_running; v_session = session_active; c1!m_connected /* relay: started_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_connecting && c3?[m_started] && len(c1) + 1 <= 1 -> c3?m_started; v_relay = relay_running; v_session = session_active; c1!m_connected /* relay: started_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_active && c3?[m_started] && len(c1) + 1 <= 1 -> c3?m_started; v_relay = relay_running; c1!m_connected /* relay: started_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_suspended && c3?[m_started] && len(c1) + 1 <= 1 -> c3?m_started; v_relay = relay_running; c1!m_connected; assert(false) /* relay: started_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_disconnected && c3?[m_started] && len(c1) + 1 <= 1 -> c3?m_started; v_relay = relay_running; c1!m_connected /* relay: started_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_failed && c3?[m_started] && len(c1) + 1 <= 1 -> c3?m_started; v_relay = relay_running; c1!m_connected /* relay: started_received */ }
  :: atomic { v_relay == relay_running && c3?[m_started] -> assert(false) /* no row for started_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_started] -> assert(false) /* no row for started_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_started] && len(c2) + 1 <= 1 -> c3?m_started; c2!m_terminal_stop /* relay: started_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_start_failed] -> assert(false) /* no row for start_failed_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_pending && c3?[m_start_failed] && len(c1) + 2 <= 1 -> c3?m_start_failed; v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; assert(!n0); n0 = 1 /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_connecting && c3?[m_start_failed] && len(c1) + 2 <= 1 -> c3?m_start_failed; v_relay = relay_ended; v_session = session_failed; c1!m_error; c1!m_close; assert(!n0); n0 = 1 /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_active && c3?[m_start_failed] && len(c1) + 2 <= 1 -> c3?m_start_failed; v_relay = relay_ended; c1!m_error; c1!m_close; assert(false) /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_suspended && c3?[m_start_failed] && len(c1) + 2 <= 1 -> c3?m_start_failed; v_relay = relay_ended; c1!m_error; c1!m_close; assert(false) /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_disconnected && c3?[m_start_failed] && len(c1) + 2 <= 1 -> c3?m_start_failed; v_relay = relay_ended; c1!m_error; c1!m_close /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_starting && v_session == session_failed && c3?[m_start_failed] && len(c1) + 2 <= 1 -> c3?m_start_failed; v_relay = relay_ended; c1!m_error; c1!m_close /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_running && c3?[m_start_failed] -> assert(false) /* no row for start_failed_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_start_failed] -> assert(false) /* no row for start_failed_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_start_failed] -> c3?m_start_failed /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_terminal_output] -> assert(false) /* no row for terminal_output_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_terminal_output] -> c3?m_terminal_output /* relay: terminal_output_received */ }
  :: atomic { v_relay == relay_running && c3?[m_terminal_output] && len(c1) + 1 <= 1 -> c3?m_terminal_output; c1!m_output /* relay: terminal_output_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_terminal_output] -> c3?m_terminal_output /* relay: terminal_output_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_terminal_output] -> c3?m_terminal_output /* relay: terminal_output_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_terminal_exit] -> assert(false) /* no row for terminal_exit_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_terminal_exit] -> assert(false) /* no row for terminal_exit_received */ }
  :: atomic { v_relay == relay_running && v_session == session_pending && c3?[m_terminal_exit] && len(c1) + 2 <= 1 -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; c1!m_exit; c1!m_close; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_running && v_session == session_connecting && c3?[m_terminal_exit] && len(c1) + 2 <= 1 -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; c1!m_exit; c1!m_close; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_running && v_session == session_active && c3?[m_terminal_exit] && len(c1) + 2 <= 1 -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; c1!m_exit; c1!m_close; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_running && v_session == session_suspended && c3?[m_terminal_exit] && len(c1) + 2 <= 1 -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; c1!m_exit; c1!m_close; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_running && v_session == session_disconnected && c3?[m_terminal_exit] && len(c1) + 2 <= 1 -> c3?m_terminal_exit; v_relay = relay_ended; c1!m_exit; c1!m_close /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_running && v_session == session_failed && c3?[m_terminal_exit] && len(c1) + 2 <= 1 -> c3?m_terminal_exit; v_relay = relay_ended; c1!m_exit; c1!m_close /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_pending && c3?[m_terminal_exit] -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_connecting && c3?[m_terminal_exit] -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_active && c3?[m_terminal_exit] -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_suspended && c3?[m_terminal_exit] -> c3?m_terminal_exit; v_relay = relay_ended; v_session = session_disconnected; assert(!n0); n0 = 1 /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_disconnected && c3?[m_terminal_exit] -> c3?m_terminal_exit; v_relay = relay_ended /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_paused && v_session == session_failed && c3?[m_terminal_exit] -> c3?m_terminal_exit; v_relay = relay_ended /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_terminal_exit] -> c3?m_terminal_exit /* relay: terminal_exit_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_input_result] -> assert(false) /* no row for input_result_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_running && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { (v_viewer == viewer_closed) && (v_relay == relay_ended) && (v_agent == agent_ended) && (v_session == session_disconnected || v_session == session_failed) -> break }
  od
}

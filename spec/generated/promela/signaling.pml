/* signaling: generated from the tables; do not edit */
mtype = { m_agent_candidate, m_answer, m_candidate, m_candidate_refused, m_candidate_taken, m_ended, m_failed, m_leave, m_offer, m_offer_refused, m_offer_taken, m_peer_broken, m_peer_closed, m_peer_connected, m_peer_lost, m_pushed, m_relay, m_start, m_start_failed, m_stop };
#define viewer_idle 0
#define viewer_asking 1
#define viewer_gathering 2
#define viewer_offering 3
#define viewer_waiting 4
#define viewer_connecting 5
#define viewer_connected 6
#define viewer_relayed 7
#define viewer_closed 8
byte v_viewer = 0;
#define server_quiet 0
#define server_offered 1
#define server_answered 2
#define server_connected 3
#define server_falling 4
#define server_paused 5
#define server_reoffered 6
#define server_reanswered 7
#define server_relayed 8
#define server_upgrading 9
#define server_ended 10
byte v_server = 0;
#define agent_absent 0
#define agent_answering 1
#define agent_answered 2
#define agent_connected 3
#define agent_ended 4
byte v_agent = 0;
chan c0 = [1] of { mtype }; /* viewer to server */
chan c1 = [1] of { mtype }; /* server to viewer */
chan c2 = [1] of { mtype }; /* server to viewer */
chan c3 = [1] of { mtype }; /* server to agent */
chan c4 = [1] of { mtype }; /* agent to server */
bit n0 = 0; /* server: fail_session */
bit n1 = 0; /* server: end_session */

active proctype system() {
  do
  :: atomic { v_viewer == viewer_idle -> v_viewer = viewer_asking /* viewer: user_connects */ }
  :: atomic { v_viewer == viewer_idle && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_asking -> v_viewer = viewer_gathering /* viewer: servers_known */ }
  :: atomic { v_viewer == viewer_asking && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_gathering && len(c0) + 1 <= 1 -> v_viewer = viewer_offering; c0!m_offer /* viewer: gathered */ }
  :: atomic { v_viewer == viewer_gathering && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_offering && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_waiting && len(c0) + 1 <= 1 -> v_viewer = viewer_relayed; c0!m_relay /* viewer: answer_timed_out */ }
  :: atomic { v_viewer == viewer_waiting && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_connecting -> v_viewer = viewer_connected /* viewer: ice_connected */ }
  :: atomic { v_viewer == viewer_connecting && len(c0) + 1 <= 1 -> v_viewer = viewer_relayed; c0!m_relay /* viewer: ice_failed */ }
  :: atomic { v_viewer == viewer_connecting && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_connected -> v_viewer = viewer_gathering /* viewer: ice_lost */ }
  :: atomic { v_viewer == viewer_connected && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_relayed -> v_viewer = viewer_gathering /* viewer: user_upgrades */ }
  :: atomic { v_viewer == viewer_relayed && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: servers_known */ }
  :: atomic { v_server == server_quiet && len(c2) + 1 <= 1 -> v_server = server_ended; c2!m_ended /* server: session_ended */ }
  :: atomic { v_server == server_offered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_falling; c2!m_failed; c3!m_stop /* server: answer_timed_out */ }
  :: atomic { v_server == server_offered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_answered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_falling; c2!m_failed; c3!m_stop /* server: ice_timed_out */ }
  :: atomic { v_server == server_answered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_connected && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_falling && len(c2) + 1 <= 1 -> v_server = server_ended; c2!m_ended; assert(!n0); n0 = 1 /* server: switch_timed_out */ }
  :: atomic { v_server == server_falling && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_paused && len(c2) + 1 <= 1 -> v_server = server_ended; c2!m_ended; assert(!n0); n0 = 1 /* server: grace_expired */ }
  :: atomic { v_server == server_paused && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_reoffered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_paused; c2!m_failed; c3!m_stop /* server: answer_timed_out */ }
  :: atomic { v_server == server_reoffered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_reanswered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_paused; c2!m_failed; c3!m_stop /* server: ice_timed_out */ }
  :: atomic { v_server == server_reanswered && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_relayed && len(c2) + 1 <= 1 -> v_server = server_ended; c2!m_ended /* server: session_ended */ }
  :: atomic { v_server == server_upgrading && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_relayed; c2!m_failed; c3!m_stop /* server: ice_timed_out */ }
  :: atomic { v_server == server_upgrading && len(c2) + 1 <= 1 && len(c3) + 1 <= 1 -> v_server = server_ended; c2!m_ended; c3!m_stop /* server: session_ended */ }
  :: atomic { v_server == server_ended -> skip /* server: session_ended */ }
  :: atomic { v_agent == agent_absent && v_server == server_quiet -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_offered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_falling; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_answered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_connected && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_falling && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_paused && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_reoffered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_reanswered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_relayed -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_upgrading && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_relayed; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_absent && v_server == server_ended -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && len(c4) + 1 <= 1 -> v_agent = agent_answered; c4!m_answer /* agent: answer_ready */ }
  :: atomic { v_agent == agent_answering && len(c4) + 1 <= 1 -> v_agent = agent_absent; c4!m_start_failed /* agent: answer_failed */ }
  :: atomic { v_agent == agent_answering && v_server == server_quiet -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_offered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_falling; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_answered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_connected && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_falling && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_paused && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_reoffered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_reanswered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_relayed -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_upgrading && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_relayed; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_answering && v_server == server_ended -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && len(c4) + 1 <= 1 -> v_agent = agent_connected; c4!m_peer_connected /* agent: ice_connected */ }
  :: atomic { v_agent == agent_answered && len(c4) + 1 <= 1 -> v_agent = agent_absent; c4!m_peer_broken /* agent: ice_failed */ }
  :: atomic { v_agent == agent_answered && len(c4) + 1 <= 1 -> v_agent = agent_absent; c4!m_peer_closed /* agent: peer_closed */ }
  :: atomic { v_agent == agent_answered && v_server == server_quiet -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_offered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_falling; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_answered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_connected && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_falling && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_paused && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_reoffered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_reanswered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_relayed -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_upgrading && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_relayed; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_answered && v_server == server_ended -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && len(c4) + 1 <= 1 -> v_agent = agent_absent; c4!m_peer_lost /* agent: ice_lost */ }
  :: atomic { v_agent == agent_connected && len(c4) + 1 <= 1 -> v_agent = agent_absent; c4!m_peer_closed /* agent: peer_closed */ }
  :: atomic { v_agent == agent_connected && v_server == server_quiet -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_offered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_falling; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_answered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_connected && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_falling && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_paused && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_reoffered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_reanswered && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_ended; v_agent = agent_ended; c2!m_ended; assert(!n0); n0 = 1 /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_relayed -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_upgrading && len(c2) + 1 <= 1 -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_server = server_relayed; v_agent = agent_ended; c2!m_failed /* agent: link_lost */ }
  :: atomic { v_agent == agent_connected && v_server == server_ended -> do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; v_agent = agent_ended /* agent: link_lost */ }
  :: atomic { v_server == server_quiet && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_quiet && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_quiet && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_quiet && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_offered; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_quiet && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_offered; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_offered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_offered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_offered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_offered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_offered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_answered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_answered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_answered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_answered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_offered; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_answered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_offered; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_connected && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_connected && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_connected && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_connected && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_reoffered; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_connected && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_reoffered; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_falling && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_falling && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_falling && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_falling && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_offered; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_falling && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_offered; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_paused && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_paused && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_paused && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_paused && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_reoffered; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_paused && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_reoffered; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_reoffered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_reoffered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_reoffered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_reoffered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_reoffered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_reanswered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_reanswered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_reanswered && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_reanswered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_reoffered; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_reanswered && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_reoffered; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_relayed && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_relayed && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_relayed && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_relayed && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_upgrading; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_relayed && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; v_server = server_upgrading; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_upgrading && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_TYPE */ }
  :: atomic { v_server == server_upgrading && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: AGENT_OFFLINE */ }
  :: atomic { v_server == server_upgrading && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_UNSUPPORTED */ }
  :: atomic { v_server == server_upgrading && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; c1!m_offer_taken; c3!m_start /* server: offer_accepted */ }
  :: atomic { v_server == server_upgrading && c0?[m_offer] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_offer; c1!m_offer_taken; c3!m_start /* server: offer_counts */ }
  :: atomic { v_server == server_ended && c0?[m_offer] && len(c1) + 1 <= 1 -> c0?m_offer; c1!m_offer_refused /* server: SIGNALING_STATE */ }
  :: atomic { v_server == server_quiet && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: SIGNALING_NO_OFFER */ }
  :: atomic { v_server == server_quiet && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_offered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_offered && c0?[m_candidate] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken; c3!m_candidate /* server: candidate_accepted */ }
  :: atomic { v_server == server_offered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken /* server: candidate_kept */ }
  :: atomic { v_server == server_answered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_answered && c0?[m_candidate] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken; c3!m_candidate /* server: candidate_accepted */ }
  :: atomic { v_server == server_answered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken /* server: candidate_kept */ }
  :: atomic { v_server == server_connected && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_connected && c0?[m_candidate] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken; c3!m_candidate /* server: candidate_accepted */ }
  :: atomic { v_server == server_connected && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken /* server: candidate_kept */ }
  :: atomic { v_server == server_falling && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: SIGNALING_NO_OFFER */ }
  :: atomic { v_server == server_falling && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_paused && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: SIGNALING_NO_OFFER */ }
  :: atomic { v_server == server_paused && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_reoffered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_reoffered && c0?[m_candidate] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken; c3!m_candidate /* server: candidate_accepted */ }
  :: atomic { v_server == server_reoffered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken /* server: candidate_kept */ }
  :: atomic { v_server == server_reanswered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_reanswered && c0?[m_candidate] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken; c3!m_candidate /* server: candidate_accepted */ }
  :: atomic { v_server == server_reanswered && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken /* server: candidate_kept */ }
  :: atomic { v_server == server_relayed && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: SIGNALING_NO_OFFER */ }
  :: atomic { v_server == server_relayed && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_upgrading && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: CANDIDATES_FULL */ }
  :: atomic { v_server == server_upgrading && c0?[m_candidate] && len(c1) + 1 <= 1 && len(c3) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken; c3!m_candidate /* server: candidate_accepted */ }
  :: atomic { v_server == server_upgrading && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_taken /* server: candidate_kept */ }
  :: atomic { v_server == server_ended && c0?[m_candidate] && len(c1) + 1 <= 1 -> c0?m_candidate; c1!m_candidate_refused /* server: SIGNALING_OVER */ }
  :: atomic { v_server == server_quiet && c0?[m_relay] -> c0?m_relay; v_server = server_relayed /* server: relay_received */ }
  :: atomic { v_server == server_offered && c0?[m_relay] && len(c3) + 1 <= 1 -> c0?m_relay; v_server = server_relayed; c3!m_stop /* server: relay_received */ }
  :: atomic { v_server == server_answered && c0?[m_relay] && len(c3) + 1 <= 1 -> c0?m_relay; v_server = server_relayed; c3!m_stop /* server: relay_received */ }
  :: atomic { v_server == server_connected && c0?[m_relay] && len(c3) + 1 <= 1 -> c0?m_relay; v_server = server_relayed; c3!m_stop /* server: relay_received */ }
  :: atomic { v_server == server_falling && c0?[m_relay] -> c0?m_relay; v_server = server_relayed /* server: relay_received */ }
  :: atomic { v_server == server_paused && c0?[m_relay] -> c0?m_relay; v_server = server_relayed /* server: relay_received */ }
  :: atomic { v_server == server_reoffered && c0?[m_relay] && len(c3) + 1 <= 1 -> c0?m_relay; v_server = server_relayed; c3!m_stop /* server: relay_received */ }
  :: atomic { v_server == server_reanswered && c0?[m_relay] && len(c3) + 1 <= 1 -> c0?m_relay; v_server = server_relayed; c3!m_stop /* server: relay_received */ }
  :: atomic { v_server == server_relayed && c0?[m_relay] -> c0?m_relay /* server: relay_received */ }
  :: atomic { v_server == server_upgrading && c0?[m_relay] -> c0?m_relay /* server: relay_received */ }
  :: atomic { v_server == server_ended && c0?[m_relay] && len(c2) + 1 <= 1 -> c0?m_relay; c2!m_ended /* server: relay_received */ }
  :: atomic { v_server == server_quiet && c0?[m_leave] -> c0?m_leave; v_server = server_ended; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_offered && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_answered && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_connected && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_falling && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_paused && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_reoffered && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_reanswered && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_relayed && c0?[m_leave] -> c0?m_leave; v_server = server_ended; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_upgrading && c0?[m_leave] && len(c3) + 1 <= 1 -> c0?m_leave; v_server = server_ended; c3!m_stop; assert(!n1); n1 = 1 /* server: leave_received */ }
  :: atomic { v_server == server_ended && c0?[m_leave] -> c0?m_leave /* server: leave_received */ }
  :: atomic { v_viewer == viewer_idle && c1?[m_offer_taken] -> assert(false) /* no row for taken_with_failure */ }
  :: atomic { v_viewer == viewer_asking && c1?[m_offer_taken] -> assert(false) /* no row for taken_with_failure */ }
  :: atomic { v_viewer == viewer_gathering && c1?[m_offer_taken] -> assert(false) /* no row for taken_with_failure */ }
  :: atomic { v_viewer == viewer_offering && c1?[m_offer_taken] && len(c0) + 1 <= 1 -> c1?m_offer_taken; v_viewer = viewer_relayed; c0!m_relay /* viewer: taken_with_failure */ }
  :: atomic { v_viewer == viewer_offering && c1?[m_offer_taken] -> c1?m_offer_taken; v_viewer = viewer_connecting /* viewer: taken_with_answer */ }
  :: atomic { v_viewer == viewer_offering && c1?[m_offer_taken] -> c1?m_offer_taken; v_viewer = viewer_waiting /* viewer: taken */ }
  :: atomic { v_viewer == viewer_waiting && c1?[m_offer_taken] -> assert(false) /* no row for taken_with_failure */ }
  :: atomic { v_viewer == viewer_connecting && c1?[m_offer_taken] -> assert(false) /* no row for taken_with_failure */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_offer_taken] -> assert(false) /* no row for taken_with_failure */ }
  :: atomic { v_viewer == viewer_relayed && c1?[m_offer_taken] -> assert(false) /* no row for taken_with_failure */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_offer_taken] -> c1?m_offer_taken /* viewer: taken_with_failure */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_offer_taken] -> c1?m_offer_taken /* viewer: taken_with_answer */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_offer_taken] -> c1?m_offer_taken /* viewer: taken */ }
  :: atomic { v_viewer == viewer_idle && c1?[m_offer_refused] -> assert(false) /* no row for offer_refused_received */ }
  :: atomic { v_viewer == viewer_asking && c1?[m_offer_refused] -> assert(false) /* no row for offer_refused_received */ }
  :: atomic { v_viewer == viewer_gathering && c1?[m_offer_refused] -> assert(false) /* no row for offer_refused_received */ }
  :: atomic { v_viewer == viewer_offering && c1?[m_offer_refused] && len(c0) + 1 <= 1 -> c1?m_offer_refused; v_viewer = viewer_relayed; c0!m_relay /* viewer: offer_refused_received */ }
  :: atomic { v_viewer == viewer_waiting && c1?[m_offer_refused] -> assert(false) /* no row for offer_refused_received */ }
  :: atomic { v_viewer == viewer_connecting && c1?[m_offer_refused] -> assert(false) /* no row for offer_refused_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_offer_refused] -> assert(false) /* no row for offer_refused_received */ }
  :: atomic { v_viewer == viewer_relayed && c1?[m_offer_refused] -> assert(false) /* no row for offer_refused_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_offer_refused] -> c1?m_offer_refused /* viewer: offer_refused_received */ }
  :: atomic { v_viewer == viewer_idle && c1?[m_candidate_taken] -> assert(false) /* no row for candidate_taken_received */ }
  :: atomic { v_viewer == viewer_asking && c1?[m_candidate_taken] -> assert(false) /* no row for candidate_taken_received */ }
  :: atomic { v_viewer == viewer_gathering && c1?[m_candidate_taken] -> c1?m_candidate_taken /* viewer: candidate_taken_received */ }
  :: atomic { v_viewer == viewer_offering && c1?[m_candidate_taken] -> c1?m_candidate_taken /* viewer: candidate_taken_received */ }
  :: atomic { v_viewer == viewer_waiting && c1?[m_candidate_taken] -> c1?m_candidate_taken /* viewer: candidate_taken_received */ }
  :: atomic { v_viewer == viewer_connecting && c1?[m_candidate_taken] -> c1?m_candidate_taken /* viewer: candidate_taken_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_candidate_taken] -> c1?m_candidate_taken /* viewer: candidate_taken_received */ }
  :: atomic { v_viewer == viewer_relayed && c1?[m_candidate_taken] -> c1?m_candidate_taken /* viewer: candidate_taken_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_candidate_taken] -> c1?m_candidate_taken /* viewer: candidate_taken_received */ }
  :: atomic { v_viewer == viewer_idle && c1?[m_candidate_refused] -> assert(false) /* no row for candidate_refused_received */ }
  :: atomic { v_viewer == viewer_asking && c1?[m_candidate_refused] -> assert(false) /* no row for candidate_refused_received */ }
  :: atomic { v_viewer == viewer_gathering && c1?[m_candidate_refused] -> c1?m_candidate_refused /* viewer: candidate_refused_received */ }
  :: atomic { v_viewer == viewer_offering && c1?[m_candidate_refused] -> c1?m_candidate_refused /* viewer: candidate_refused_received */ }
  :: atomic { v_viewer == viewer_waiting && c1?[m_candidate_refused] -> c1?m_candidate_refused /* viewer: candidate_refused_received */ }
  :: atomic { v_viewer == viewer_connecting && c1?[m_candidate_refused] -> c1?m_candidate_refused /* viewer: candidate_refused_received */ }
  :: atomic { v_viewer == viewer_connected && c1?[m_candidate_refused] -> c1?m_candidate_refused /* viewer: candidate_refused_received */ }
  :: atomic { v_viewer == viewer_relayed && c1?[m_candidate_refused] -> c1?m_candidate_refused /* viewer: candidate_refused_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_candidate_refused] -> c1?m_candidate_refused /* viewer: candidate_refused_received */ }
  :: atomic { v_viewer == viewer_idle && c2?[m_answer] -> assert(false) /* no row for answer_current */ }
  :: atomic { v_viewer == viewer_asking && c2?[m_answer] -> assert(false) /* no row for answer_current */ }
  :: atomic { v_viewer == viewer_gathering && c2?[m_answer] -> c2?m_answer /* viewer: answer_current */ }
  :: atomic { v_viewer == viewer_gathering && c2?[m_answer] -> c2?m_answer /* viewer: answer_stale */ }
  :: atomic { v_viewer == viewer_offering && c2?[m_answer] -> c2?m_answer /* viewer: answer_current */ }
  :: atomic { v_viewer == viewer_offering && c2?[m_answer] -> c2?m_answer /* viewer: answer_stale */ }
  :: atomic { v_viewer == viewer_waiting && c2?[m_answer] -> c2?m_answer; v_viewer = viewer_connecting /* viewer: answer_current */ }
  :: atomic { v_viewer == viewer_waiting && c2?[m_answer] -> c2?m_answer /* viewer: answer_stale */ }
  :: atomic { v_viewer == viewer_connecting && c2?[m_answer] -> c2?m_answer /* viewer: answer_current */ }
  :: atomic { v_viewer == viewer_connecting && c2?[m_answer] -> c2?m_answer /* viewer: answer_stale */ }
  :: atomic { v_viewer == viewer_connected && c2?[m_answer] -> c2?m_answer /* viewer: answer_current */ }
  :: atomic { v_viewer == viewer_connected && c2?[m_answer] -> c2?m_answer /* viewer: answer_stale */ }
  :: atomic { v_viewer == viewer_relayed && c2?[m_answer] -> c2?m_answer /* viewer: answer_current */ }
  :: atomic { v_viewer == viewer_relayed && c2?[m_answer] -> c2?m_answer /* viewer: answer_stale */ }
  :: atomic { v_viewer == viewer_closed && c2?[m_answer] -> c2?m_answer /* viewer: answer_current */ }
  :: atomic { v_viewer == viewer_closed && c2?[m_answer] -> c2?m_answer /* viewer: answer_stale */ }
  :: atomic { v_viewer == viewer_idle && c2?[m_pushed] -> assert(false) /* no row for candidate_current */ }
  :: atomic { v_viewer == viewer_asking && c2?[m_pushed] -> assert(false) /* no row for candidate_current */ }
  :: atomic { v_viewer == viewer_gathering && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_current */ }
  :: atomic { v_viewer == viewer_gathering && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_stale */ }
  :: atomic { v_viewer == viewer_offering && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_current */ }
  :: atomic { v_viewer == viewer_offering && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_stale */ }
  :: atomic { v_viewer == viewer_waiting && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_current */ }
  :: atomic { v_viewer == viewer_waiting && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_stale */ }
  :: atomic { v_viewer == viewer_connecting && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_current */ }
  :: atomic { v_viewer == viewer_connecting && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_stale */ }
  :: atomic { v_viewer == viewer_connected && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_current */ }
  :: atomic { v_viewer == viewer_connected && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_stale */ }
  :: atomic { v_viewer == viewer_relayed && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_current */ }
  :: atomic { v_viewer == viewer_relayed && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_stale */ }
  :: atomic { v_viewer == viewer_closed && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_current */ }
  :: atomic { v_viewer == viewer_closed && c2?[m_pushed] -> c2?m_pushed /* viewer: candidate_stale */ }
  :: atomic { v_viewer == viewer_idle && c2?[m_failed] -> assert(false) /* no row for failed_current */ }
  :: atomic { v_viewer == viewer_asking && c2?[m_failed] -> assert(false) /* no row for failed_current */ }
  :: atomic { v_viewer == viewer_gathering && c2?[m_failed] -> c2?m_failed /* viewer: failed_current */ }
  :: atomic { v_viewer == viewer_gathering && c2?[m_failed] -> c2?m_failed /* viewer: failed_stale */ }
  :: atomic { v_viewer == viewer_offering && c2?[m_failed] -> c2?m_failed /* viewer: failed_current */ }
  :: atomic { v_viewer == viewer_offering && c2?[m_failed] -> c2?m_failed /* viewer: failed_stale */ }
  :: atomic { v_viewer == viewer_waiting && c2?[m_failed] && len(c0) + 1 <= 1 -> c2?m_failed; v_viewer = viewer_relayed; c0!m_relay /* viewer: failed_current */ }
  :: atomic { v_viewer == viewer_waiting && c2?[m_failed] -> c2?m_failed /* viewer: failed_stale */ }
  :: atomic { v_viewer == viewer_connecting && c2?[m_failed] && len(c0) + 1 <= 1 -> c2?m_failed; v_viewer = viewer_relayed; c0!m_relay /* viewer: failed_current */ }
  :: atomic { v_viewer == viewer_connecting && c2?[m_failed] -> c2?m_failed /* viewer: failed_stale */ }
  :: atomic { v_viewer == viewer_connected && c2?[m_failed] -> c2?m_failed /* viewer: failed_current */ }
  :: atomic { v_viewer == viewer_connected && c2?[m_failed] -> c2?m_failed /* viewer: failed_stale */ }
  :: atomic { v_viewer == viewer_relayed && c2?[m_failed] -> c2?m_failed /* viewer: failed_current */ }
  :: atomic { v_viewer == viewer_relayed && c2?[m_failed] -> c2?m_failed /* viewer: failed_stale */ }
  :: atomic { v_viewer == viewer_closed && c2?[m_failed] -> c2?m_failed /* viewer: failed_current */ }
  :: atomic { v_viewer == viewer_closed && c2?[m_failed] -> c2?m_failed /* viewer: failed_stale */ }
  :: atomic { v_viewer == viewer_idle && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_asking && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_gathering && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_offering && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_waiting && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_connecting && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_connected && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_relayed && c2?[m_ended] -> c2?m_ended; v_viewer = viewer_closed /* viewer: ended_received */ }
  :: atomic { v_viewer == viewer_closed && c2?[m_ended] -> c2?m_ended /* viewer: ended_received */ }
  :: atomic { v_agent == agent_absent && c3?[m_start] -> c3?m_start; v_agent = agent_answering /* agent: start_received */ }
  :: atomic { v_agent == agent_answering && c3?[m_start] -> c3?m_start /* agent: start_received */ }
  :: atomic { v_agent == agent_answered && c3?[m_start] -> c3?m_start; v_agent = agent_answering /* agent: start_received */ }
  :: atomic { v_agent == agent_connected && c3?[m_start] -> c3?m_start; v_agent = agent_answering /* agent: start_received */ }
  :: atomic { v_agent == agent_ended && c3?[m_start] -> c3?m_start /* agent: start_received */ }
  :: atomic { v_agent == agent_absent && c3?[m_candidate] -> c3?m_candidate /* agent: candidate_received */ }
  :: atomic { v_agent == agent_answering && c3?[m_candidate] -> c3?m_candidate /* agent: candidate_received */ }
  :: atomic { v_agent == agent_answered && c3?[m_candidate] -> c3?m_candidate /* agent: candidate_received */ }
  :: atomic { v_agent == agent_connected && c3?[m_candidate] -> c3?m_candidate /* agent: candidate_received */ }
  :: atomic { v_agent == agent_ended && c3?[m_candidate] -> c3?m_candidate /* agent: candidate_received */ }
  :: atomic { v_agent == agent_absent && c3?[m_stop] -> c3?m_stop /* agent: stop_received */ }
  :: atomic { v_agent == agent_answering && c3?[m_stop] -> c3?m_stop; v_agent = agent_absent /* agent: stop_received */ }
  :: atomic { v_agent == agent_answered && c3?[m_stop] -> c3?m_stop; v_agent = agent_absent /* agent: stop_received */ }
  :: atomic { v_agent == agent_connected && c3?[m_stop] -> c3?m_stop; v_agent = agent_absent /* agent: stop_received */ }
  :: atomic { v_agent == agent_ended && c3?[m_stop] -> c3?m_stop /* agent: stop_received */ }
  :: atomic { v_server == server_quiet && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_quiet && c4?[m_answer] -> c4?m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_quiet && c4?[m_answer] -> c4?m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_offered && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_offered && c4?[m_answer] && len(c2) + 1 <= 1 -> c4?m_answer; v_server = server_answered; c2!m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_offered && c4?[m_answer] && len(c2) + 1 <= 1 -> c4?m_answer; v_server = server_connected; c2!m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_answered && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_answered && c4?[m_answer] -> c4?m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_answered && c4?[m_answer] -> c4?m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_connected && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_connected && c4?[m_answer] -> c4?m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_connected && c4?[m_answer] -> c4?m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_falling && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_falling && c4?[m_answer] -> c4?m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_falling && c4?[m_answer] -> c4?m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_paused && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_paused && c4?[m_answer] -> c4?m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_paused && c4?[m_answer] -> c4?m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_reoffered && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_reoffered && c4?[m_answer] && len(c2) + 1 <= 1 -> c4?m_answer; v_server = server_reanswered; c2!m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_reoffered && c4?[m_answer] && len(c2) + 1 <= 1 -> c4?m_answer; v_server = server_connected; c2!m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_reanswered && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_reanswered && c4?[m_answer] -> c4?m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_reanswered && c4?[m_answer] -> c4?m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_relayed && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_relayed && c4?[m_answer] -> c4?m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_relayed && c4?[m_answer] -> c4?m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_upgrading && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_upgrading && c4?[m_answer] && len(c2) + 1 <= 1 -> c4?m_answer; c2!m_answer /* server: answer_accepted */ }
  :: atomic { v_server == server_upgrading && c4?[m_answer] && len(c2) + 1 <= 1 -> c4?m_answer; v_server = server_connected; c2!m_answer /* server: answer_settles */ }
  :: atomic { v_server == server_ended && c4?[m_answer] -> c4?m_answer /* server: answer_stale */ }
  :: atomic { v_server == server_ended && c4?[m_answer] && len(c3) + 1 <= 1 -> c4?m_answer; c3!m_stop /* server: answer_accepted */ }
  :: atomic { v_server == server_ended && c4?[m_answer] && len(c3) + 1 <= 1 -> c4?m_answer; c3!m_stop /* server: answer_settles */ }
  :: atomic { v_server == server_quiet && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_offered && c4?[m_start_failed] && len(c2) + 1 <= 1 -> c4?m_start_failed; v_server = server_falling; c2!m_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_answered && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_connected && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_falling && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_paused && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_reoffered && c4?[m_start_failed] && len(c2) + 1 <= 1 -> c4?m_start_failed; v_server = server_paused; c2!m_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_reanswered && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_relayed && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_upgrading && c4?[m_start_failed] && len(c2) + 1 <= 1 -> c4?m_start_failed; v_server = server_relayed; c2!m_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_ended && c4?[m_start_failed] -> c4?m_start_failed /* server: start_failed_received */ }
  :: atomic { v_server == server_quiet && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_quiet && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: device_candidate */ }
  :: atomic { v_server == server_quiet && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_offered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_offered && c4?[m_agent_candidate] && len(c2) + 1 <= 1 -> c4?m_agent_candidate; c2!m_pushed /* server: device_candidate */ }
  :: atomic { v_server == server_offered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_answered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_answered && c4?[m_agent_candidate] && len(c2) + 1 <= 1 -> c4?m_agent_candidate; c2!m_pushed /* server: device_candidate */ }
  :: atomic { v_server == server_answered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_connected && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_connected && c4?[m_agent_candidate] && len(c2) + 1 <= 1 -> c4?m_agent_candidate; c2!m_pushed /* server: device_candidate */ }
  :: atomic { v_server == server_connected && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_falling && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_falling && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: device_candidate */ }
  :: atomic { v_server == server_falling && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_paused && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_paused && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: device_candidate */ }
  :: atomic { v_server == server_paused && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_reoffered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_reoffered && c4?[m_agent_candidate] && len(c2) + 1 <= 1 -> c4?m_agent_candidate; c2!m_pushed /* server: device_candidate */ }
  :: atomic { v_server == server_reoffered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_reanswered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_reanswered && c4?[m_agent_candidate] && len(c2) + 1 <= 1 -> c4?m_agent_candidate; c2!m_pushed /* server: device_candidate */ }
  :: atomic { v_server == server_reanswered && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_relayed && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_relayed && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: device_candidate */ }
  :: atomic { v_server == server_relayed && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_upgrading && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_upgrading && c4?[m_agent_candidate] && len(c2) + 1 <= 1 -> c4?m_agent_candidate; c2!m_pushed /* server: device_candidate */ }
  :: atomic { v_server == server_upgrading && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_ended && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_stale */ }
  :: atomic { v_server == server_ended && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: device_candidate */ }
  :: atomic { v_server == server_ended && c4?[m_agent_candidate] -> c4?m_agent_candidate /* server: candidate_dropped */ }
  :: atomic { v_server == server_quiet && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_offered && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_answered && c4?[m_peer_connected] -> c4?m_peer_connected; v_server = server_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_connected && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_falling && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_paused && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_reoffered && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_reanswered && c4?[m_peer_connected] -> c4?m_peer_connected; v_server = server_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_relayed && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_upgrading && c4?[m_peer_connected] -> c4?m_peer_connected; v_server = server_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_ended && c4?[m_peer_connected] -> c4?m_peer_connected /* server: peer_connected_received */ }
  :: atomic { v_server == server_quiet && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_offered && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_answered && c4?[m_peer_broken] && len(c2) + 1 <= 1 -> c4?m_peer_broken; v_server = server_falling; c2!m_failed /* server: peer_broken_received */ }
  :: atomic { v_server == server_connected && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_falling && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_paused && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_reoffered && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_reanswered && c4?[m_peer_broken] && len(c2) + 1 <= 1 -> c4?m_peer_broken; v_server = server_paused; c2!m_failed /* server: peer_broken_received */ }
  :: atomic { v_server == server_relayed && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_upgrading && c4?[m_peer_broken] && len(c2) + 1 <= 1 -> c4?m_peer_broken; v_server = server_relayed; c2!m_failed /* server: peer_broken_received */ }
  :: atomic { v_server == server_ended && c4?[m_peer_broken] -> c4?m_peer_broken /* server: peer_broken_received */ }
  :: atomic { v_server == server_quiet && c4?[m_peer_lost] -> c4?m_peer_lost /* server: peer_lost_received */ }
  :: atomic { v_server == server_offered && c4?[m_peer_lost] -> c4?m_peer_lost /* server: peer_lost_received */ }
  :: atomic { v_server == server_answered && c4?[m_peer_lost] && len(c2) + 1 <= 1 -> c4?m_peer_lost; v_server = server_falling; c2!m_failed /* server: peer_lost_received */ }
  :: atomic { v_server == server_connected && c4?[m_peer_lost] -> c4?m_peer_lost; v_server = server_paused /* server: peer_lost_received */ }
  :: atomic { v_server == server_falling && c4?[m_peer_lost] -> c4?m_peer_lost /* server: peer_lost_received */ }
  :: atomic { v_server == server_paused && c4?[m_peer_lost] -> c4?m_peer_lost /* server: peer_lost_received */ }
  :: atomic { v_server == server_reoffered && c4?[m_peer_lost] -> c4?m_peer_lost /* server: peer_lost_received */ }
  :: atomic { v_server == server_reanswered && c4?[m_peer_lost] -> c4?m_peer_lost; v_server = server_paused /* server: peer_lost_received */ }
  :: atomic { v_server == server_relayed && c4?[m_peer_lost] -> c4?m_peer_lost /* server: peer_lost_received */ }
  :: atomic { v_server == server_upgrading && c4?[m_peer_lost] -> c4?m_peer_lost; v_server = server_relayed /* server: peer_lost_received */ }
  :: atomic { v_server == server_ended && c4?[m_peer_lost] -> c4?m_peer_lost /* server: peer_lost_received */ }
  :: atomic { v_server == server_quiet && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { v_server == server_offered && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { v_server == server_answered && c4?[m_peer_closed] && len(c2) + 1 <= 1 -> c4?m_peer_closed; v_server = server_ended; c2!m_ended; assert(!n1); n1 = 1 /* server: peer_closed_received */ }
  :: atomic { v_server == server_connected && c4?[m_peer_closed] && len(c2) + 1 <= 1 -> c4?m_peer_closed; v_server = server_ended; c2!m_ended; assert(!n1); n1 = 1 /* server: peer_closed_received */ }
  :: atomic { v_server == server_falling && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { v_server == server_paused && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { v_server == server_reoffered && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { v_server == server_reanswered && c4?[m_peer_closed] && len(c2) + 1 <= 1 -> c4?m_peer_closed; v_server = server_ended; c2!m_ended; assert(!n1); n1 = 1 /* server: peer_closed_received */ }
  :: atomic { v_server == server_relayed && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { v_server == server_upgrading && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { v_server == server_ended && c4?[m_peer_closed] -> c4?m_peer_closed /* server: peer_closed_received */ }
  :: atomic { (v_viewer == viewer_idle || v_viewer == viewer_closed) && (v_server == server_quiet || v_server == server_ended) && (v_agent == agent_absent || v_agent == agent_ended) -> break }
  od
}

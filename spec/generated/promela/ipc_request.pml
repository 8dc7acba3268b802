/* ipc_request: generated from the tables; do not edit */
mtype = { m_reply, m_request };
#define broker_begun 0
#define broker_waiting 1
#define broker_answered 2
#define broker_failed 3
byte v_broker = 0;
#define helper_waiting 0
#define helper_running 1
#define helper_replied 2
#define helper_abandoned 3
byte v_helper = 0;
chan c0 = [1] of { mtype }; /* broker to helper */
chan c1 = [1] of { mtype }; /* helper to broker */
bit n0 = 0; /* broker: settle */
bit n1 = 0; /* helper: run_request */

active proctype system() {
  do
  :: atomic { v_broker == broker_begun && len(c0) + 1 <= 1 -> v_broker = broker_waiting; c0!m_request /* broker: request_wanted */ }
  :: atomic { v_broker == broker_begun -> v_broker = broker_failed; assert(!n0); n0 = 1 /* broker: session_closed */ }
  :: atomic { v_broker == broker_waiting -> v_broker = broker_failed; assert(!n0); n0 = 1 /* broker: session_closed */ }
  :: atomic { v_broker == broker_waiting -> v_broker = broker_failed; assert(!n0); n0 = 1 /* broker: request_timed_out */ }
  :: atomic { v_broker == broker_answered -> skip /* broker: session_closed */ }
  :: atomic { v_broker == broker_failed -> skip /* broker: session_closed */ }
  :: atomic { v_helper == helper_waiting -> v_helper = helper_abandoned /* helper: session_closed */ }
  :: atomic { v_helper == helper_running -> v_helper = helper_abandoned /* helper: session_closed */ }
  :: atomic { v_helper == helper_running && len(c1) + 1 <= 1 -> v_helper = helper_replied; c1!m_reply /* helper: work_done */ }
  :: atomic { v_helper == helper_replied -> skip /* helper: session_closed */ }
  :: atomic { v_helper == helper_replied -> skip /* helper: work_done */ }
  :: atomic { v_helper == helper_abandoned -> skip /* helper: session_closed */ }
  :: atomic { v_helper == helper_abandoned -> skip /* helper: work_done */ }
  :: atomic { v_helper == helper_waiting && c0?[m_request] -> c0?m_request; v_helper = helper_running; assert(!n1); n1 = 1 /* helper: request_sound */ }
  :: atomic { v_helper == helper_waiting && c0?[m_request] && len(c1) + 1 <= 1 -> c0?m_request; v_helper = helper_replied; c1!m_reply /* helper: request_refused */ }
  :: atomic { v_helper == helper_running && c0?[m_request] -> c0?m_request /* helper: request_repeated */ }
  :: atomic { v_helper == helper_replied && c0?[m_request] -> assert(false) /* no row for request_repeated */ }
  :: atomic { v_helper == helper_abandoned && c0?[m_request] -> c0?m_request /* helper: request_sound */ }
  :: atomic { v_broker == broker_begun && c1?[m_reply] -> assert(false) /* no row for reply_late */ }
  :: atomic { v_broker == broker_waiting && c1?[m_reply] -> c1?m_reply /* broker: reply_dropped */ }
  :: atomic { v_broker == broker_waiting && c1?[m_reply] -> c1?m_reply; v_broker = broker_failed; assert(!n0); n0 = 1 /* broker: reply_failed */ }
  :: atomic { v_broker == broker_waiting && c1?[m_reply] -> c1?m_reply; v_broker = broker_answered; assert(!n0); n0 = 1 /* broker: reply_fits */ }
  :: atomic { v_broker == broker_answered && c1?[m_reply] -> c1?m_reply /* broker: reply_late */ }
  :: atomic { v_broker == broker_failed && c1?[m_reply] -> c1?m_reply /* broker: reply_late */ }
  :: atomic { (v_broker == broker_answered || v_broker == broker_failed) && (v_helper == helper_waiting || v_helper == helper_replied || v_helper == helper_abandoned) -> break }
  od
}

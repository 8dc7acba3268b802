/* chat: generated from the tables; do not edit */
mtype = { m_approval_required, m_done, m_error, m_message, m_refusal, m_stop, m_stream_opened, m_text_delta, m_title_updated, m_tool_result, m_tool_use };
#define helper_idle 0
#define helper_sending 1
#define helper_streaming 2
#define helper_lost 3
#define helper_left 4
byte v_helper = 0;
#define turn_waiting 0
#define turn_thinking 1
#define turn_acting 2
#define turn_ended 3
byte v_turn = 0;
#define execution_absent 0
#define execution_proposed 1
#define execution_waiting 2
#define execution_claiming 3
#define execution_executing 4
#define execution_completed 5
#define execution_failed 6
#define execution_rejected 7
byte v_execution = 0;
chan c0 = [3] of { mtype }; /* helper to turn */
chan c1 = [3] of { mtype }; /* turn to helper */

active proctype system() {
  do
  :: atomic { v_helper == helper_idle -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_helper = helper_sending; v_turn = turn_waiting; c0!m_message /* helper: user_wrote */ }
  :: atomic { v_helper == helper_idle -> v_helper = helper_left /* helper: user_left */ }
  :: atomic { v_helper == helper_sending -> v_helper = helper_left /* helper: user_left */ }
  :: atomic { v_helper == helper_streaming -> v_helper = helper_left /* helper: user_left */ }
  :: atomic { v_helper == helper_streaming && len(c0) + 1 <= 3 -> c0!m_stop /* helper: user_stopped */ }
  :: atomic { v_helper == helper_lost -> v_helper = helper_left /* helper: user_left */ }
  :: atomic { v_turn == turn_waiting -> skip /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_thinking && len(c1) + 1 <= 3 -> c1!m_text_delta /* turn: text_arrived */ }
  :: atomic { v_turn == turn_thinking && len(c1) + 1 <= 3 -> c1!m_title_updated /* turn: title_made */ }
  :: atomic { v_turn == turn_thinking && len(c1) + 1 <= 3 -> c1!m_tool_use /* turn: call_arrived */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected -> v_turn = turn_acting; v_execution = execution_proposed /* turn: calls_ready */ }
  :: atomic { v_turn == turn_thinking && len(c1) + 1 <= 3 -> v_turn = turn_ended; c1!m_done /* turn: message_finished */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_failed */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: call_unusable */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: model_silent */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: budget_reached */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: rounds_exhausted */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_absent && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_proposed && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_waiting && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_claiming && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_executing && len(c1) + 3 <= 3 -> v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_completed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_failed && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_rejected && len(c1) + 2 <= 3 -> v_turn = turn_ended; c1!m_error; c1!m_done /* turn: session_closed */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: session_closed */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: text_arrived */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: title_made */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: call_arrived */ }
  :: atomic { v_turn == turn_ended -> v_execution = execution_absent /* turn: calls_ready */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: message_finished */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: model_failed */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: call_unusable */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: budget_reached */ }
  :: atomic { v_turn == turn_ended -> skip /* turn: rounds_exhausted */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_waiting -> v_execution = execution_rejected; assert(false) /* execution: call_refused */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_thinking -> v_execution = execution_rejected; assert(false) /* execution: call_refused */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_acting && len(c1) + 1 <= 3 -> v_turn = turn_thinking; v_execution = execution_rejected; c1!m_tool_result /* execution: call_refused */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_ended && len(c1) + 1 <= 3 -> v_execution = execution_rejected; c1!m_tool_result /* execution: call_refused */ }
  :: atomic { v_execution == execution_proposed -> v_execution = execution_executing /* execution: call_allowed */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_waiting -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_thinking -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_acting && len(c1) + 1 <= 3 -> v_execution = execution_waiting; c1!m_approval_required /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_turn == turn_ended -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_waiting -> v_execution = execution_claiming /* execution: grant_received */ }
  :: atomic { v_execution == execution_waiting && v_turn == turn_waiting -> v_execution = execution_rejected; assert(false) /* execution: denial_received */ }
  :: atomic { v_execution == execution_waiting && v_turn == turn_thinking -> v_execution = execution_rejected; assert(false) /* execution: denial_received */ }
  :: atomic { v_execution == execution_waiting && v_turn == turn_acting && len(c1) + 1 <= 3 -> v_turn = turn_thinking; v_execution = execution_rejected; c1!m_tool_result /* execution: denial_received */ }
  :: atomic { v_execution == execution_waiting && v_turn == turn_ended && len(c1) + 1 <= 3 -> v_execution = execution_rejected; c1!m_tool_result /* execution: denial_received */ }
  :: atomic { v_execution == execution_claiming -> skip /* execution: denial_received */ }
  :: atomic { v_execution == execution_claiming -> v_execution = execution_executing /* execution: claimed_received */ }
  :: atomic { v_execution == execution_claiming && v_turn == turn_waiting -> v_execution = execution_rejected; assert(false) /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_claiming && v_turn == turn_thinking -> v_execution = execution_rejected; assert(false) /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_claiming && v_turn == turn_acting && len(c1) + 1 <= 3 -> v_turn = turn_thinking; v_execution = execution_rejected; c1!m_tool_result /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_claiming && v_turn == turn_ended && len(c1) + 1 <= 3 -> v_execution = execution_rejected; c1!m_tool_result /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_executing -> skip /* execution: claimed_received */ }
  :: atomic { v_execution == execution_executing -> skip /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_waiting -> v_execution = execution_completed; assert(false) /* execution: result_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_thinking -> v_execution = execution_completed; assert(false) /* execution: result_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_acting && len(c1) + 1 <= 3 -> v_turn = turn_thinking; v_execution = execution_completed; c1!m_tool_result /* execution: result_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_ended && len(c1) + 1 <= 3 -> v_execution = execution_completed; c1!m_tool_result /* execution: result_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_waiting -> v_execution = execution_failed; assert(false) /* execution: fault_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_thinking -> v_execution = execution_failed; assert(false) /* execution: fault_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_acting && len(c1) + 1 <= 3 -> v_turn = turn_thinking; v_execution = execution_failed; c1!m_tool_result /* execution: fault_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_ended && len(c1) + 1 <= 3 -> v_execution = execution_failed; c1!m_tool_result /* execution: fault_received */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_waiting -> v_execution = execution_failed; assert(false) /* execution: tool_timed_out */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_thinking -> v_execution = execution_failed; assert(false) /* execution: tool_timed_out */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_acting && len(c1) + 1 <= 3 -> v_turn = turn_thinking; v_execution = execution_failed; c1!m_tool_result /* execution: tool_timed_out */ }
  :: atomic { v_execution == execution_executing && v_turn == turn_ended && len(c1) + 1 <= 3 -> v_execution = execution_failed; c1!m_tool_result /* execution: tool_timed_out */ }
  :: atomic { v_execution == execution_completed -> skip /* execution: grant_received */ }
  :: atomic { v_execution == execution_completed -> skip /* execution: denial_received */ }
  :: atomic { v_execution == execution_completed -> skip /* execution: claimed_received */ }
  :: atomic { v_execution == execution_completed -> skip /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_completed -> skip /* execution: result_received */ }
  :: atomic { v_execution == execution_completed -> skip /* execution: fault_received */ }
  :: atomic { v_execution == execution_failed -> skip /* execution: grant_received */ }
  :: atomic { v_execution == execution_failed -> skip /* execution: denial_received */ }
  :: atomic { v_execution == execution_failed -> skip /* execution: claimed_received */ }
  :: atomic { v_execution == execution_failed -> skip /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_failed -> skip /* execution: result_received */ }
  :: atomic { v_execution == execution_failed -> skip /* execution: fault_received */ }
  :: atomic { v_execution == execution_rejected -> skip /* execution: grant_received */ }
  :: atomic { v_execution == execution_rejected -> skip /* execution: denial_received */ }
  :: atomic { v_execution == execution_rejected -> skip /* execution: claimed_received */ }
  :: atomic { v_execution == execution_rejected -> skip /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_rejected -> skip /* execution: result_received */ }
  :: atomic { v_execution == execution_rejected -> skip /* execution: fault_received */ }
  :: atomic { v_turn == turn_waiting && c0?[m_message] && len(c1) + 1 <= 3 -> c0?m_message; v_turn = turn_thinking; c1!m_stream_opened /* turn: message_accepted */ }
  :: atomic { v_turn == turn_waiting && c0?[m_message] && len(c1) + 1 <= 3 -> c0?m_message; v_turn = turn_ended; c1!m_refusal /* turn: message_refused */ }
  :: atomic { v_turn == turn_thinking && c0?[m_message] -> assert(false) /* no row for message_accepted */ }
  :: atomic { v_turn == turn_acting && c0?[m_message] -> assert(false) /* no row for message_accepted */ }
  :: atomic { v_turn == turn_ended && c0?[m_message] -> assert(false) /* no row for message_accepted */ }
  :: atomic { v_turn == turn_waiting && c0?[m_stop] -> c0?m_stop /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_absent && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_proposed && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_waiting && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_claiming && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_executing && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_completed && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_failed && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_thinking && v_execution == execution_rejected && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_absent && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_proposed && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_waiting && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_claiming && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_rejected; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_executing && c0?[m_stop] && len(c1) + 2 <= 3 -> c0?m_stop; v_turn = turn_ended; v_execution = execution_failed; c1!m_tool_result; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_completed && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_failed && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_acting && v_execution == execution_rejected && c0?[m_stop] && len(c1) + 1 <= 3 -> c0?m_stop; v_turn = turn_ended; c1!m_done /* turn: stop_received */ }
  :: atomic { v_turn == turn_ended && c0?[m_stop] -> c0?m_stop /* turn: stop_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_stream_opened] -> assert(false) /* no row for stream_opened_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_stream_opened] -> c1?m_stream_opened; v_helper = helper_streaming /* helper: stream_opened_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_stream_opened] -> assert(false) /* no row for stream_opened_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_stream_opened] -> assert(false) /* no row for stream_opened_received */ }
  :: atomic { v_helper == helper_left && c1?[m_stream_opened] -> c1?m_stream_opened /* helper: stream_opened_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_refusal] -> assert(false) /* no row for refusal_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_refusal] -> c1?m_refusal; v_helper = helper_idle /* helper: refusal_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_refusal] -> assert(false) /* no row for refusal_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_refusal] -> assert(false) /* no row for refusal_received */ }
  :: atomic { v_helper == helper_left && c1?[m_refusal] -> c1?m_refusal /* helper: refusal_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_text_delta] -> assert(false) /* no row for text_delta_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_text_delta] -> assert(false) /* no row for text_delta_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_text_delta] -> c1?m_text_delta /* helper: text_delta_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_text_delta] -> assert(false) /* no row for text_delta_received */ }
  :: atomic { v_helper == helper_left && c1?[m_text_delta] -> c1?m_text_delta /* helper: text_delta_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_tool_use] -> assert(false) /* no row for tool_use_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_tool_use] -> assert(false) /* no row for tool_use_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_tool_use] -> c1?m_tool_use /* helper: tool_use_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_tool_use] -> assert(false) /* no row for tool_use_received */ }
  :: atomic { v_helper == helper_left && c1?[m_tool_use] -> c1?m_tool_use /* helper: tool_use_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_approval_required] -> assert(false) /* no row for approval_required_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_approval_required] -> assert(false) /* no row for approval_required_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_approval_required] -> c1?m_approval_required /* helper: approval_required_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_approval_required] -> assert(false) /* no row for approval_required_received */ }
  :: atomic { v_helper == helper_left && c1?[m_approval_required] -> c1?m_approval_required /* helper: approval_required_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_tool_result] -> assert(false) /* no row for tool_result_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_tool_result] -> assert(false) /* no row for tool_result_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_tool_result] -> c1?m_tool_result /* helper: tool_result_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_tool_result] -> assert(false) /* no row for tool_result_received */ }
  :: atomic { v_helper == helper_left && c1?[m_tool_result] -> c1?m_tool_result /* helper: tool_result_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_title_updated] -> assert(false) /* no row for title_updated_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_title_updated] -> assert(false) /* no row for title_updated_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_title_updated] -> c1?m_title_updated /* helper: title_updated_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_title_updated] -> assert(false) /* no row for title_updated_received */ }
  :: atomic { v_helper == helper_left && c1?[m_title_updated] -> c1?m_title_updated /* helper: title_updated_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_error] -> assert(false) /* no row for error_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_error] -> assert(false) /* no row for error_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_error] -> c1?m_error /* helper: error_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_error] -> assert(false) /* no row for error_received */ }
  :: atomic { v_helper == helper_left && c1?[m_error] -> c1?m_error /* helper: error_received */ }
  :: atomic { v_helper == helper_idle && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_helper == helper_sending && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_done] -> c1?m_done; v_helper = helper_idle /* helper: done_received */ }
  :: atomic { v_helper == helper_lost && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_helper == helper_left && c1?[m_done] -> c1?m_done /* helper: done_received */ }
  :: atomic { (v_helper == helper_idle || v_helper == helper_left) && (v_turn == turn_waiting || v_turn == turn_ended) && (v_execution == execution_absent || v_execution == execution_completed || v_execution == execution_failed || v_execution == execution_rejected) -> break }
  od
}

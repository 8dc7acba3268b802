/* chat_approval: generated from the tables; do not edit */
mtype = { m_claim, m_claim_refused, m_claimed, m_command, m_confirm_request, m_confirm_result, m_decision, m_decision_refused, m_decision_taken, m_denial, m_fault, m_grant, m_result };
#define card_hidden 0
#define card_asking 1
#define card_approving 2
#define card_denying 3
#define card_granted 4
#define card_confirming 5
#define card_gone 6
byte v_card = 0;
#define execution_absent 0
#define execution_proposed 1
#define execution_waiting 2
#define execution_claiming 3
#define execution_executing 4
#define execution_completed 5
#define execution_failed 6
#define execution_rejected 7
byte v_execution = 0;
#define approval_absent 0
#define approval_pending 1
#define approval_approved 2
#define approval_used 3
#define approval_denied 4
#define approval_expired 5
#define approval_void 6
byte v_approval = 0;
#define agent_unknown 0
#define agent_demanded 1
#define agent_spent 2
#define agent_refused 3
byte v_agent = 0;
chan c0 = [2] of { mtype }; /* card to approval */
chan c1 = [2] of { mtype }; /* approval to card */
chan c2 = [2] of { mtype }; /* card to agent */
chan c3 = [2] of { mtype }; /* agent to card */
chan c4 = [2] of { mtype }; /* execution to approval */
chan c5 = [2] of { mtype }; /* approval to execution */
chan c6 = [2] of { mtype }; /* execution to agent */
chan c7 = [2] of { mtype }; /* agent to execution */
bit n0 = 0; /* approval: mark_used */
bit n1 = 0; /* execution: send_command */
bit n2 = 0; /* agent: run_command */

active proctype system() {
  do
  :: atomic { v_card == card_hidden -> v_card = card_asking /* card: shown */ }
  :: atomic { v_card == card_hidden -> skip /* card: resolved */ }
  :: atomic { v_card == card_asking && len(c0) + 1 <= 2 -> v_card = card_approving; c0!m_decision /* card: user_approved */ }
  :: atomic { v_card == card_asking && len(c0) + 1 <= 2 -> v_card = card_denying; c0!m_decision /* card: user_denied */ }
  :: atomic { v_card == card_asking -> v_card = card_gone /* card: card_lapsed */ }
  :: atomic { v_card == card_asking -> v_card = card_gone /* card: resolved */ }
  :: atomic { v_card == card_approving -> v_card = card_gone /* card: resolved */ }
  :: atomic { v_card == card_approving && len(c0) + 1 <= 2 -> c0!m_decision /* card: decision_unanswered */ }
  :: atomic { v_card == card_denying -> v_card = card_gone /* card: resolved */ }
  :: atomic { v_card == card_denying && len(c0) + 1 <= 2 -> c0!m_decision /* card: decision_unanswered */ }
  :: atomic { v_card == card_granted -> v_card = card_gone /* card: card_lapsed */ }
  :: atomic { v_card == card_granted -> v_card = card_gone /* card: resolved */ }
  :: atomic { v_card == card_confirming -> skip /* card: shown */ }
  :: atomic { v_card == card_confirming && len(c2) + 1 <= 2 -> v_card = card_gone; c2!m_confirm_result /* card: user_approved */ }
  :: atomic { v_card == card_confirming && len(c2) + 1 <= 2 -> v_card = card_gone; c2!m_confirm_result /* card: user_denied */ }
  :: atomic { v_card == card_confirming && len(c2) + 1 <= 2 -> v_card = card_gone; c2!m_confirm_result /* card: card_lapsed */ }
  :: atomic { v_card == card_confirming && len(c2) + 1 <= 2 -> v_card = card_gone; c2!m_confirm_result /* card: resolved */ }
  :: atomic { v_card == card_gone -> skip /* card: resolved */ }
  :: atomic { v_execution == execution_absent -> v_execution = execution_proposed /* execution: call_proposed */ }
  :: atomic { v_execution == execution_absent -> skip /* execution: withdrawn */ }
  :: atomic { v_execution == execution_proposed -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_proposed -> v_execution = execution_rejected /* execution: call_refused */ }
  :: atomic { v_execution == execution_proposed && len(c6) + 1 <= 2 -> v_execution = execution_executing; c6!m_command; assert(!n1); n1 = 1 /* execution: call_allowed */ }
  :: atomic { v_execution == execution_proposed && v_approval == approval_absent -> v_execution = execution_waiting; v_approval = approval_pending /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_approval == approval_pending -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_approval == approval_approved -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_approval == approval_used -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_approval == approval_denied -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_approval == approval_expired -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_proposed && v_approval == approval_void -> v_execution = execution_waiting; assert(false) /* execution: approval_needed */ }
  :: atomic { v_execution == execution_waiting && v_approval == approval_absent -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_waiting && v_approval == approval_pending -> v_execution = execution_rejected; v_approval = approval_void /* execution: withdrawn */ }
  :: atomic { v_execution == execution_waiting && v_approval == approval_approved -> v_execution = execution_rejected; v_approval = approval_void /* execution: withdrawn */ }
  :: atomic { v_execution == execution_waiting && v_approval == approval_used -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_waiting && v_approval == approval_denied -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_waiting && v_approval == approval_expired -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_waiting && v_approval == approval_void -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && v_approval == approval_absent -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && v_approval == approval_pending -> v_execution = execution_rejected; v_approval = approval_void /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && v_approval == approval_approved -> v_execution = execution_rejected; v_approval = approval_void /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && v_approval == approval_used -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && v_approval == approval_denied -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && v_approval == approval_expired -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && v_approval == approval_void -> v_execution = execution_rejected /* execution: withdrawn */ }
  :: atomic { v_execution == execution_claiming && len(c4) + 1 <= 2 -> c4!m_claim /* execution: claim_repeated */ }
  :: atomic { v_execution == execution_executing -> v_execution = execution_failed /* execution: withdrawn */ }
  :: atomic { v_execution == execution_executing -> v_execution = execution_failed /* execution: tool_timed_out */ }
  :: atomic { v_execution == execution_completed -> skip /* execution: withdrawn */ }
  :: atomic { v_execution == execution_failed -> skip /* execution: withdrawn */ }
  :: atomic { v_execution == execution_rejected -> skip /* execution: withdrawn */ }
  :: atomic { v_approval == approval_pending && len(c5) + 1 <= 2 -> v_approval = approval_expired; c5!m_denial /* approval: approval_timed_out */ }
  :: atomic { v_approval == approval_approved -> v_approval = approval_expired /* approval: approval_timed_out */ }
  :: atomic { v_agent == agent_demanded && len(c7) + 1 <= 2 -> v_agent = agent_refused; c7!m_fault /* agent: confirmation_lapsed */ }
  :: atomic { v_agent == agent_spent && len(c7) + 1 <= 2 -> c7!m_result /* agent: command_done */ }
  :: atomic { c0?[m_decision] -> c0?m_decision }
  :: atomic { v_approval == approval_absent && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: EXECUTION_NOT_FOUND */ }
  :: atomic { v_approval == approval_pending && c0?[m_decision] && len(c1) + 1 <= 2 && len(c5) + 1 <= 2 -> c0?m_decision; v_approval = approval_denied; c1!m_decision_taken; c5!m_denial /* approval: approval_denied */ }
  :: atomic { v_approval == approval_pending && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: APPROVAL_NEEDS_TECHNICIAN */ }
  :: atomic { v_approval == approval_pending && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: APPROVAL_ARGUMENTS */ }
  :: atomic { v_approval == approval_pending && c0?[m_decision] && len(c1) + 1 <= 2 && len(c5) + 1 <= 2 -> c0?m_decision; v_approval = approval_approved; c1!m_decision_taken; c5!m_grant /* approval: approval_granted */ }
  :: atomic { v_approval == approval_pending && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: APPROVAL_SCOPE */ }
  :: atomic { v_approval == approval_approved && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: EXECUTION_DECIDED */ }
  :: atomic { v_approval == approval_used && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: EXECUTION_DECIDED */ }
  :: atomic { v_approval == approval_denied && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: EXECUTION_DECIDED */ }
  :: atomic { v_approval == approval_expired && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: EXECUTION_EXPIRED */ }
  :: atomic { v_approval == approval_void && c0?[m_decision] && len(c1) + 1 <= 2 -> c0?m_decision; c1!m_decision_refused /* approval: EXECUTION_DECIDED */ }
  :: atomic { c1?[m_decision_taken] -> c1?m_decision_taken }
  :: atomic { v_card == card_hidden && c1?[m_decision_taken] -> assert(false) /* no row for decision_taken_received */ }
  :: atomic { v_card == card_asking && c1?[m_decision_taken] -> assert(false) /* no row for decision_taken_received */ }
  :: atomic { v_card == card_approving && c1?[m_decision_taken] -> c1?m_decision_taken; v_card = card_granted /* card: decision_taken_received */ }
  :: atomic { v_card == card_denying && c1?[m_decision_taken] -> c1?m_decision_taken; v_card = card_gone /* card: decision_taken_received */ }
  :: atomic { v_card == card_granted && c1?[m_decision_taken] -> c1?m_decision_taken /* card: decision_taken_received */ }
  :: atomic { v_card == card_confirming && c1?[m_decision_taken] -> assert(false) /* no row for decision_taken_received */ }
  :: atomic { v_card == card_gone && c1?[m_decision_taken] -> c1?m_decision_taken /* card: decision_taken_received */ }
  :: atomic { c1?[m_decision_refused] -> c1?m_decision_refused }
  :: atomic { v_card == card_hidden && c1?[m_decision_refused] -> assert(false) /* no row for decision_refused_received */ }
  :: atomic { v_card == card_asking && c1?[m_decision_refused] -> assert(false) /* no row for decision_refused_received */ }
  :: atomic { v_card == card_approving && c1?[m_decision_refused] -> c1?m_decision_refused; v_card = card_granted /* card: decision_refused_received */ }
  :: atomic { v_card == card_denying && c1?[m_decision_refused] -> c1?m_decision_refused; v_card = card_gone /* card: decision_refused_received */ }
  :: atomic { v_card == card_granted && c1?[m_decision_refused] -> c1?m_decision_refused /* card: decision_refused_received */ }
  :: atomic { v_card == card_confirming && c1?[m_decision_refused] -> assert(false) /* no row for decision_refused_received */ }
  :: atomic { v_card == card_gone && c1?[m_decision_refused] -> c1?m_decision_refused /* card: decision_refused_received */ }
  :: atomic { v_agent == agent_unknown && c2?[m_confirm_result] -> c2?m_confirm_result /* agent: declined_received */ }
  :: atomic { v_agent == agent_unknown && c2?[m_confirm_result] -> c2?m_confirm_result /* agent: confirmed_received */ }
  :: atomic { v_agent == agent_demanded && c2?[m_confirm_result] && len(c7) + 1 <= 2 -> c2?m_confirm_result; v_agent = agent_refused; c7!m_fault /* agent: declined_received */ }
  :: atomic { v_agent == agent_demanded && c2?[m_confirm_result] -> c2?m_confirm_result; v_agent = agent_spent; assert(!n2); n2 = 1 /* agent: confirmed_received */ }
  :: atomic { v_agent == agent_spent && c2?[m_confirm_result] -> c2?m_confirm_result /* agent: declined_received */ }
  :: atomic { v_agent == agent_spent && c2?[m_confirm_result] -> c2?m_confirm_result /* agent: confirmed_received */ }
  :: atomic { v_agent == agent_refused && c2?[m_confirm_result] -> c2?m_confirm_result /* agent: declined_received */ }
  :: atomic { v_agent == agent_refused && c2?[m_confirm_result] -> c2?m_confirm_result /* agent: confirmed_received */ }
  :: atomic { v_card == card_hidden && c3?[m_confirm_request] -> c3?m_confirm_request; v_card = card_confirming /* card: confirm_request_received */ }
  :: atomic { v_card == card_asking && c3?[m_confirm_request] -> c3?m_confirm_request; v_card = card_confirming /* card: confirm_request_received */ }
  :: atomic { v_card == card_approving && c3?[m_confirm_request] && len(c2) + 1 <= 2 -> c3?m_confirm_request; c2!m_confirm_result /* card: confirm_request_received */ }
  :: atomic { v_card == card_denying && c3?[m_confirm_request] && len(c2) + 1 <= 2 -> c3?m_confirm_request; c2!m_confirm_result /* card: confirm_request_received */ }
  :: atomic { v_card == card_granted && c3?[m_confirm_request] && len(c2) + 1 <= 2 -> c3?m_confirm_request; c2!m_confirm_result /* card: confirm_request_received */ }
  :: atomic { v_card == card_confirming && c3?[m_confirm_request] -> c3?m_confirm_request /* card: confirm_request_received */ }
  :: atomic { v_card == card_gone && c3?[m_confirm_request] && len(c2) + 1 <= 2 -> c3?m_confirm_request; c2!m_confirm_result /* card: confirm_request_received */ }
  :: atomic { v_approval == approval_absent && c4?[m_claim] -> assert(false) /* no row for claim_received */ }
  :: atomic { v_approval == approval_pending && c4?[m_claim] && len(c5) + 1 <= 2 -> c4?m_claim; c5!m_claim_refused /* approval: claim_received */ }
  :: atomic { v_approval == approval_approved && c4?[m_claim] && len(c5) + 1 <= 2 -> c4?m_claim; v_approval = approval_used; c5!m_claimed; assert(!n0); n0 = 1 /* approval: claim_received */ }
  :: atomic { v_approval == approval_used && c4?[m_claim] && len(c5) + 1 <= 2 -> c4?m_claim; c5!m_claim_refused /* approval: claim_received */ }
  :: atomic { v_approval == approval_denied && c4?[m_claim] && len(c5) + 1 <= 2 -> c4?m_claim; c5!m_claim_refused /* approval: claim_received */ }
  :: atomic { v_approval == approval_expired && c4?[m_claim] && len(c5) + 1 <= 2 -> c4?m_claim; c5!m_claim_refused /* approval: claim_received */ }
  :: atomic { v_approval == approval_void && c4?[m_claim] && len(c5) + 1 <= 2 -> c4?m_claim; c5!m_claim_refused /* approval: claim_received */ }
  :: atomic { v_execution == execution_absent && c5?[m_grant] -> assert(false) /* no row for grant_received */ }
  :: atomic { v_execution == execution_proposed && c5?[m_grant] -> assert(false) /* no row for grant_received */ }
  :: atomic { v_execution == execution_waiting && c5?[m_grant] && len(c4) + 1 <= 2 -> c5?m_grant; v_execution = execution_claiming; c4!m_claim /* execution: grant_received */ }
  :: atomic { v_execution == execution_claiming && c5?[m_grant] -> assert(false) /* no row for grant_received */ }
  :: atomic { v_execution == execution_executing && c5?[m_grant] -> assert(false) /* no row for grant_received */ }
  :: atomic { v_execution == execution_completed && c5?[m_grant] -> c5?m_grant /* execution: grant_received */ }
  :: atomic { v_execution == execution_failed && c5?[m_grant] -> c5?m_grant /* execution: grant_received */ }
  :: atomic { v_execution == execution_rejected && c5?[m_grant] -> c5?m_grant /* execution: grant_received */ }
  :: atomic { v_execution == execution_absent && c5?[m_denial] -> assert(false) /* no row for denial_received */ }
  :: atomic { v_execution == execution_proposed && c5?[m_denial] -> assert(false) /* no row for denial_received */ }
  :: atomic { v_execution == execution_waiting && c5?[m_denial] -> c5?m_denial; v_execution = execution_rejected /* execution: denial_received */ }
  :: atomic { v_execution == execution_claiming && c5?[m_denial] -> c5?m_denial /* execution: denial_received */ }
  :: atomic { v_execution == execution_executing && c5?[m_denial] -> assert(false) /* no row for denial_received */ }
  :: atomic { v_execution == execution_completed && c5?[m_denial] -> c5?m_denial /* execution: denial_received */ }
  :: atomic { v_execution == execution_failed && c5?[m_denial] -> c5?m_denial /* execution: denial_received */ }
  :: atomic { v_execution == execution_rejected && c5?[m_denial] -> c5?m_denial /* execution: denial_received */ }
  :: atomic { v_execution == execution_absent && c5?[m_claimed] -> assert(false) /* no row for claimed_received */ }
  :: atomic { v_execution == execution_proposed && c5?[m_claimed] -> assert(false) /* no row for claimed_received */ }
  :: atomic { v_execution == execution_waiting && c5?[m_claimed] -> assert(false) /* no row for claimed_received */ }
  :: atomic { v_execution == execution_claiming && c5?[m_claimed] && len(c6) + 1 <= 2 -> c5?m_claimed; v_execution = execution_executing; c6!m_command; assert(!n1); n1 = 1 /* execution: claimed_received */ }
  :: atomic { v_execution == execution_executing && c5?[m_claimed] -> c5?m_claimed /* execution: claimed_received */ }
  :: atomic { v_execution == execution_completed && c5?[m_claimed] -> c5?m_claimed /* execution: claimed_received */ }
  :: atomic { v_execution == execution_failed && c5?[m_claimed] -> c5?m_claimed /* execution: claimed_received */ }
  :: atomic { v_execution == execution_rejected && c5?[m_claimed] -> c5?m_claimed /* execution: claimed_received */ }
  :: atomic { v_execution == execution_absent && c5?[m_claim_refused] -> assert(false) /* no row for claim_refused_received */ }
  :: atomic { v_execution == execution_proposed && c5?[m_claim_refused] -> assert(false) /* no row for claim_refused_received */ }
  :: atomic { v_execution == execution_waiting && c5?[m_claim_refused] -> assert(false) /* no row for claim_refused_received */ }
  :: atomic { v_execution == execution_claiming && c5?[m_claim_refused] -> c5?m_claim_refused; v_execution = execution_rejected /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_executing && c5?[m_claim_refused] -> c5?m_claim_refused /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_completed && c5?[m_claim_refused] -> c5?m_claim_refused /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_failed && c5?[m_claim_refused] -> c5?m_claim_refused /* execution: claim_refused_received */ }
  :: atomic { v_execution == execution_rejected && c5?[m_claim_refused] -> c5?m_claim_refused /* execution: claim_refused_received */ }
  :: atomic { v_agent == agent_unknown && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; v_agent = agent_refused; c7!m_fault /* agent: command_altered */ }
  :: atomic { v_agent == agent_unknown && c6?[m_command] && len(c3) + 1 <= 2 -> c6?m_command; v_agent = agent_demanded; c3!m_confirm_request /* agent: command_demands */ }
  :: atomic { v_agent == agent_unknown && c6?[m_command] -> c6?m_command; v_agent = agent_spent; assert(!n2); n2 = 1 /* agent: command_trusted */ }
  :: atomic { v_agent == agent_demanded && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_altered */ }
  :: atomic { v_agent == agent_demanded && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_demands */ }
  :: atomic { v_agent == agent_demanded && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_trusted */ }
  :: atomic { v_agent == agent_spent && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_altered */ }
  :: atomic { v_agent == agent_spent && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_demands */ }
  :: atomic { v_agent == agent_spent && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_trusted */ }
  :: atomic { v_agent == agent_refused && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_altered */ }
  :: atomic { v_agent == agent_refused && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_demands */ }
  :: atomic { v_agent == agent_refused && c6?[m_command] && len(c7) + 1 <= 2 -> c6?m_command; c7!m_fault /* agent: command_trusted */ }
  :: atomic { v_execution == execution_absent && c7?[m_result] -> assert(false) /* no row for result_received */ }
  :: atomic { v_execution == execution_proposed && c7?[m_result] -> assert(false) /* no row for result_received */ }
  :: atomic { v_execution == execution_waiting && c7?[m_result] -> assert(false) /* no row for result_received */ }
  :: atomic { v_execution == execution_claiming && c7?[m_result] -> assert(false) /* no row for result_received */ }
  :: atomic { v_execution == execution_executing && c7?[m_result] -> c7?m_result; v_execution = execution_completed /* execution: result_received */ }
  :: atomic { v_execution == execution_completed && c7?[m_result] -> c7?m_result /* execution: result_received */ }
  :: atomic { v_execution == execution_failed && c7?[m_result] -> c7?m_result /* execution: result_received */ }
  :: atomic { v_execution == execution_rejected && c7?[m_result] -> c7?m_result /* execution: result_received */ }
  :: atomic { v_execution == execution_absent && c7?[m_fault] -> assert(false) /* no row for fault_received */ }
  :: atomic { v_execution == execution_proposed && c7?[m_fault] -> assert(false) /* no row for fault_received */ }
  :: atomic { v_execution == execution_waiting && c7?[m_fault] -> assert(false) /* no row for fault_received */ }
  :: atomic { v_execution == execution_claiming && c7?[m_fault] -> assert(false) /* no row for fault_received */ }
  :: atomic { v_execution == execution_executing && c7?[m_fault] -> c7?m_fault; v_execution = execution_failed /* execution: fault_received */ }
  :: atomic { v_execution == execution_completed && c7?[m_fault] -> c7?m_fault /* execution: fault_received */ }
  :: atomic { v_execution == execution_failed && c7?[m_fault] -> c7?m_fault /* execution: fault_received */ }
  :: atomic { v_execution == execution_rejected && c7?[m_fault] -> c7?m_fault /* execution: fault_received */ }
  :: atomic { (v_card == card_hidden || v_card == card_gone) && (v_execution == execution_absent || v_execution == execution_completed || v_execution == execution_failed || v_execution == execution_rejected) && (v_approval == approval_absent || v_approval == approval_used || v_approval == approval_denied || v_approval == approval_expired || v_approval == approval_void) && (v_agent == agent_unknown || v_agent == agent_spent || v_agent == agent_refused) -> break }
  od
}

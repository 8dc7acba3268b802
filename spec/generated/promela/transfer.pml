/* transfer: generated from the tables; do not edit */
mtype = { m_agreed, m_all_taken, m_begin_download, m_begin_upload, m_broke, m_broken, m_cancel, m_cancelled, m_chunk, m_chunk_taken, m_content, m_create_download, m_create_upload, m_created, m_done, m_fetch, m_finish_download, m_finish_upload, m_gaps, m_get, m_go_on, m_moving, m_not_begun, m_noted, m_part, m_piece, m_piece_taken, m_poll, m_range_refused, m_refused, m_start_download, m_start_refused, m_start_upload, m_transfer_cancel, m_turned_away };
#define client_idle 0
#define client_getting 1
#define client_putting 2
#define client_sending 3
#define client_sent 4
#define client_watching 5
#define client_asking 6
#define client_fetching 7
#define client_cancelling 8
#define client_done 9
#define client_broken 10
#define client_left 11
byte v_client = 0;
#define server_created 0
#define server_pending 1
#define server_receiving 2
#define server_awaiting 3
#define server_gathering 4
#define server_sealing 5
#define server_offered 6
#define server_delivering 7
#define server_completed 8
#define server_failed 9
byte v_server = 0;
#define agent_absent 0
#define agent_opening_source 1
#define agent_beginning_upload 2
#define agent_sending 3
#define agent_sent 4
#define agent_opening_target 5
#define agent_beginning_download 6
#define agent_receiving 7
#define agent_fetching 8
#define agent_finishing 9
#define agent_reporting 10
#define agent_ended 11
byte v_agent = 0;
chan c0 = [1] of { mtype }; /* client to server */
chan c1 = [1] of { mtype }; /* server to client */
chan c2 = [1] of { mtype }; /* server to agent */
chan c3 = [1] of { mtype }; /* agent to server */
chan c4 = [1] of { mtype }; /* agent to server */
chan c5 = [1] of { mtype }; /* server to agent */
bit n0 = 0; /* server: record_end */

active proctype system() {
  do
  :: atomic { v_client == client_idle && len(c0) + 1 <= 1 -> v_client = client_getting; c0!m_create_upload /* client: user_gets */ }
  :: atomic { v_client == client_idle && len(c0) + 1 <= 1 -> v_client = client_putting; c0!m_create_download /* client: user_puts */ }
  :: atomic { v_client == client_idle -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_getting -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_putting -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_sending && len(c0) + 1 <= 1 -> v_client = client_sent; c0!m_chunk /* client: chunk_due */ }
  :: atomic { v_client == client_sending -> v_client = client_watching /* client: file_given */ }
  :: atomic { v_client == client_sending && len(c0) + 1 <= 1 -> v_client = client_cancelling; c0!m_cancel /* client: user_cancels */ }
  :: atomic { v_client == client_sending -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_sent -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_watching && len(c0) + 1 <= 1 -> v_client = client_asking; c0!m_poll /* client: poll_due */ }
  :: atomic { v_client == client_watching && len(c0) + 1 <= 1 -> v_client = client_fetching; c0!m_get /* client: file_wanted */ }
  :: atomic { v_client == client_watching && len(c0) + 1 <= 1 -> v_client = client_cancelling; c0!m_cancel /* client: user_cancels */ }
  :: atomic { v_client == client_watching -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_asking -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_fetching -> v_client = client_left /* client: user_left */ }
  :: atomic { v_client == client_cancelling -> v_client = client_left /* client: user_left */ }
  :: atomic { v_server == server_pending && len(c2) + 1 <= 1 -> c2!m_start_upload /* server: agent_returned */ }
  :: atomic { v_server == server_pending && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: session_ended */ }
  :: atomic { v_server == server_pending && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: access_revoked */ }
  :: atomic { v_server == server_pending && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: never_begun */ }
  :: atomic { v_server == server_receiving && len(c2) + 1 <= 1 -> c2!m_start_upload /* server: agent_returned */ }
  :: atomic { v_server == server_receiving && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: session_ended */ }
  :: atomic { v_server == server_receiving && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: access_revoked */ }
  :: atomic { v_server == server_receiving && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: stalled */ }
  :: atomic { v_server == server_awaiting -> v_server = server_failed; assert(!n0); n0 = 1 /* server: session_ended */ }
  :: atomic { v_server == server_awaiting -> v_server = server_failed; assert(!n0); n0 = 1 /* server: access_revoked */ }
  :: atomic { v_server == server_awaiting -> v_server = server_failed; assert(!n0); n0 = 1 /* server: never_begun */ }
  :: atomic { v_server == server_gathering -> v_server = server_failed; assert(!n0); n0 = 1 /* server: session_ended */ }
  :: atomic { v_server == server_gathering -> v_server = server_failed; assert(!n0); n0 = 1 /* server: access_revoked */ }
  :: atomic { v_server == server_gathering -> v_server = server_failed; assert(!n0); n0 = 1 /* server: stalled */ }
  :: atomic { v_server == server_sealing && len(c2) + 1 <= 1 -> v_server = server_offered; c2!m_start_download /* server: sealed */ }
  :: atomic { v_server == server_sealing -> v_server = server_failed; assert(!n0); n0 = 1 /* server: DECLARED_DIFFERS */ }
  :: atomic { v_server == server_sealing -> v_server = server_failed; assert(!n0); n0 = 1 /* server: session_ended */ }
  :: atomic { v_server == server_sealing -> v_server = server_failed; assert(!n0); n0 = 1 /* server: access_revoked */ }
  :: atomic { v_server == server_sealing -> v_server = server_failed; assert(!n0); n0 = 1 /* server: stalled */ }
  :: atomic { v_server == server_offered && len(c2) + 1 <= 1 -> c2!m_start_download /* server: agent_returned */ }
  :: atomic { v_server == server_offered && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: session_ended */ }
  :: atomic { v_server == server_offered && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: access_revoked */ }
  :: atomic { v_server == server_offered && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: never_begun */ }
  :: atomic { v_server == server_delivering && len(c2) + 1 <= 1 -> c2!m_start_download /* server: agent_returned */ }
  :: atomic { v_server == server_delivering && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: session_ended */ }
  :: atomic { v_server == server_delivering && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: access_revoked */ }
  :: atomic { v_server == server_delivering && len(c2) + 1 <= 1 -> v_server = server_failed; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: stalled */ }
  :: atomic { v_server == server_completed -> skip /* server: sealed */ }
  :: atomic { v_server == server_completed -> skip /* server: DECLARED_DIFFERS */ }
  :: atomic { v_server == server_completed -> skip /* server: agent_returned */ }
  :: atomic { v_server == server_completed -> skip /* server: session_ended */ }
  :: atomic { v_server == server_completed -> skip /* server: access_revoked */ }
  :: atomic { v_server == server_failed -> skip /* server: sealed */ }
  :: atomic { v_server == server_failed -> skip /* server: DECLARED_DIFFERS */ }
  :: atomic { v_server == server_failed -> skip /* server: agent_returned */ }
  :: atomic { v_server == server_failed -> skip /* server: session_ended */ }
  :: atomic { v_server == server_failed -> skip /* server: access_revoked */ }
  :: atomic { v_agent == agent_opening_source && len(c3) + 1 <= 1 -> v_agent = agent_ended; c3!m_start_refused /* agent: open_failed */ }
  :: atomic { v_agent == agent_opening_source && len(c4) + 1 <= 1 -> v_agent = agent_beginning_upload; c4!m_begin_upload /* agent: opened */ }
  :: atomic { v_agent == agent_opening_source -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_beginning_upload -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_sending && len(c4) + 1 <= 1 -> v_agent = agent_sent; c4!m_piece /* agent: piece_read */ }
  :: atomic { v_agent == agent_sending && len(c4) + 1 <= 1 -> v_agent = agent_finishing; c4!m_finish_upload /* agent: source_read */ }
  :: atomic { v_agent == agent_sending && len(c4) + 1 <= 1 -> v_agent = agent_reporting; c4!m_broken /* agent: file_failed */ }
  :: atomic { v_agent == agent_sending -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_sent -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_opening_target && len(c3) + 1 <= 1 -> v_agent = agent_ended; c3!m_start_refused /* agent: open_failed */ }
  :: atomic { v_agent == agent_opening_target && len(c4) + 1 <= 1 -> v_agent = agent_beginning_download; c4!m_begin_download /* agent: opened */ }
  :: atomic { v_agent == agent_opening_target -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_beginning_download -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_receiving && len(c4) + 1 <= 1 -> v_agent = agent_reporting; c4!m_broken /* agent: file_failed */ }
  :: atomic { v_agent == agent_receiving && len(c4) + 1 <= 1 -> v_agent = agent_fetching; c4!m_fetch /* agent: part_due */ }
  :: atomic { v_agent == agent_receiving && len(c4) + 1 <= 1 -> v_agent = agent_finishing; c4!m_finish_download /* agent: target_agrees */ }
  :: atomic { v_agent == agent_receiving && len(c4) + 1 <= 1 -> v_agent = agent_reporting; c4!m_broken /* agent: target_differs */ }
  :: atomic { v_agent == agent_receiving -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_fetching -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_finishing -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_agent == agent_reporting -> do :: nempty(c2) -> c2?_ :: empty(c2) -> break od; do :: nempty(c3) -> c3?_ :: empty(c3) -> break od; do :: nempty(c4) -> c4?_ :: empty(c4) -> break od; do :: nempty(c5) -> c5?_ :: empty(c5) -> break od; v_agent = agent_absent /* agent: agent_died */ }
  :: atomic { v_server == server_created && c0?[m_create_upload] && len(c1) + 1 <= 1 && len(c2) + 1 <= 1 -> c0?m_create_upload; v_server = server_pending; c1!m_created; c2!m_start_upload /* server: upload_created */ }
  :: atomic { v_server == server_created && c0?[m_create_upload] && len(c1) + 1 <= 1 -> c0?m_create_upload; v_server = server_pending; c1!m_created /* server: read_created */ }
  :: atomic { v_server == server_created && c0?[m_create_upload] && len(c1) + 1 <= 1 -> c0?m_create_upload; v_server = server_failed; c1!m_created; assert(!n0); n0 = 1 /* server: AGENT_UNSUPPORTED */ }
  :: atomic { v_server == server_pending && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_receiving && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_awaiting && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_gathering && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_sealing && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_offered && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_delivering && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_completed && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_failed && c0?[m_create_upload] -> assert(false) /* no row for upload_created */ }
  :: atomic { v_server == server_created && c0?[m_create_download] && len(c1) + 1 <= 1 -> c0?m_create_download; v_server = server_awaiting; c1!m_created /* server: download_created */ }
  :: atomic { v_server == server_created && c0?[m_create_download] && len(c1) + 1 <= 1 -> c0?m_create_download; v_server = server_failed; c1!m_created; assert(!n0); n0 = 1 /* server: AGENT_UNSUPPORTED */ }
  :: atomic { v_server == server_pending && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_receiving && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_awaiting && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_gathering && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_sealing && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_offered && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_delivering && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_completed && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_failed && c0?[m_create_download] -> assert(false) /* no row for download_created */ }
  :: atomic { v_server == server_created && c0?[m_chunk] -> assert(false) /* no row for TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_pending && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_receiving && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_awaiting && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_awaiting && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; v_server = server_failed; c1!m_refused; assert(!n0); n0 = 1 /* server: TRANSFER_TOO_LARGE */ }
  :: atomic { v_server == server_awaiting && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_BEYOND_SIZE */ }
  :: atomic { v_server == server_awaiting && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; v_server = server_sealing; c1!m_all_taken /* server: chunk_last */ }
  :: atomic { v_server == server_awaiting && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; v_server = server_gathering; c1!m_chunk_taken /* server: chunk_stored */ }
  :: atomic { v_server == server_gathering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_gathering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_CHUNK_DIFFERS */ }
  :: atomic { v_server == server_gathering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_chunk_taken /* server: chunk_repeated */ }
  :: atomic { v_server == server_gathering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; v_server = server_failed; c1!m_refused; assert(!n0); n0 = 1 /* server: TRANSFER_TOO_LARGE */ }
  :: atomic { v_server == server_gathering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_BEYOND_SIZE */ }
  :: atomic { v_server == server_gathering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; v_server = server_sealing; c1!m_all_taken /* server: chunk_last */ }
  :: atomic { v_server == server_gathering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_chunk_taken /* server: chunk_stored */ }
  :: atomic { v_server == server_sealing && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_sealing && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_CHUNK_DIFFERS */ }
  :: atomic { v_server == server_sealing && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_all_taken /* server: chunk_repeated */ }
  :: atomic { v_server == server_sealing && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; v_server = server_failed; c1!m_refused; assert(!n0); n0 = 1 /* server: TRANSFER_TOO_LARGE */ }
  :: atomic { v_server == server_sealing && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_BEYOND_SIZE */ }
  :: atomic { v_server == server_offered && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_offered && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_CHUNK_DIFFERS */ }
  :: atomic { v_server == server_offered && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_all_taken /* server: chunk_repeated */ }
  :: atomic { v_server == server_offered && c0?[m_chunk] && len(c1) + 1 <= 1 && len(c2) + 1 <= 1 -> c0?m_chunk; v_server = server_failed; c1!m_refused; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: TRANSFER_TOO_LARGE */ }
  :: atomic { v_server == server_offered && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_BEYOND_SIZE */ }
  :: atomic { v_server == server_delivering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_delivering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_CHUNK_DIFFERS */ }
  :: atomic { v_server == server_delivering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_all_taken /* server: chunk_repeated */ }
  :: atomic { v_server == server_delivering && c0?[m_chunk] && len(c1) + 1 <= 1 && len(c2) + 1 <= 1 -> c0?m_chunk; v_server = server_failed; c1!m_refused; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: TRANSFER_TOO_LARGE */ }
  :: atomic { v_server == server_delivering && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_BEYOND_SIZE */ }
  :: atomic { v_server == server_completed && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_completed && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_STATE */ }
  :: atomic { v_server == server_failed && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_failed && c0?[m_chunk] && len(c1) + 1 <= 1 -> c0?m_chunk; c1!m_refused /* server: TRANSFER_STATE */ }
  :: atomic { v_server == server_created && c0?[m_poll] -> assert(false) /* no row for poll_received */ }
  :: atomic { v_server == server_pending && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_moving /* server: poll_received */ }
  :: atomic { v_server == server_receiving && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_moving /* server: poll_received */ }
  :: atomic { v_server == server_awaiting && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_moving /* server: poll_received */ }
  :: atomic { v_server == server_gathering && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_moving /* server: poll_received */ }
  :: atomic { v_server == server_sealing && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_moving /* server: poll_received */ }
  :: atomic { v_server == server_offered && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_moving /* server: poll_received */ }
  :: atomic { v_server == server_delivering && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_moving /* server: poll_received */ }
  :: atomic { v_server == server_completed && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_done /* server: poll_received */ }
  :: atomic { v_server == server_failed && c0?[m_poll] && len(c1) + 1 <= 1 -> c0?m_poll; c1!m_broke /* server: poll_received */ }
  :: atomic { v_server == server_created && c0?[m_get] -> assert(false) /* no row for TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_pending && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_pending && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_receiving && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_receiving && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_awaiting && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_awaiting && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_gathering && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_gathering && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_sealing && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_sealing && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_offered && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_offered && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_delivering && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_delivering && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_completed && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_completed && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_FILE_GONE */ }
  :: atomic { v_server == server_completed && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_content /* server: content_wanted */ }
  :: atomic { v_server == server_completed && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: RANGE_NOT_SATISFIABLE */ }
  :: atomic { v_server == server_failed && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_DIRECTION */ }
  :: atomic { v_server == server_failed && c0?[m_get] && len(c1) + 1 <= 1 -> c0?m_get; c1!m_refused /* server: TRANSFER_INCOMPLETE */ }
  :: atomic { v_server == server_created && c0?[m_cancel] -> assert(false) /* no row for cancel_requested */ }
  :: atomic { v_server == server_pending && c0?[m_cancel] && len(c1) + 1 <= 1 && len(c2) + 1 <= 1 -> c0?m_cancel; v_server = server_failed; c1!m_cancelled; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: cancel_requested */ }
  :: atomic { v_server == server_receiving && c0?[m_cancel] && len(c1) + 1 <= 1 && len(c2) + 1 <= 1 -> c0?m_cancel; v_server = server_failed; c1!m_cancelled; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: cancel_requested */ }
  :: atomic { v_server == server_awaiting && c0?[m_cancel] && len(c1) + 1 <= 1 -> c0?m_cancel; v_server = server_failed; c1!m_cancelled; assert(!n0); n0 = 1 /* server: cancel_requested */ }
  :: atomic { v_server == server_gathering && c0?[m_cancel] && len(c1) + 1 <= 1 -> c0?m_cancel; v_server = server_failed; c1!m_cancelled; assert(!n0); n0 = 1 /* server: cancel_requested */ }
  :: atomic { v_server == server_sealing && c0?[m_cancel] && len(c1) + 1 <= 1 -> c0?m_cancel; v_server = server_failed; c1!m_cancelled; assert(!n0); n0 = 1 /* server: cancel_requested */ }
  :: atomic { v_server == server_offered && c0?[m_cancel] && len(c1) + 1 <= 1 && len(c2) + 1 <= 1 -> c0?m_cancel; v_server = server_failed; c1!m_cancelled; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: cancel_requested */ }
  :: atomic { v_server == server_delivering && c0?[m_cancel] && len(c1) + 1 <= 1 && len(c2) + 1 <= 1 -> c0?m_cancel; v_server = server_failed; c1!m_cancelled; c2!m_transfer_cancel; assert(!n0); n0 = 1 /* server: cancel_requested */ }
  :: atomic { v_server == server_completed && c0?[m_cancel] && len(c1) + 1 <= 1 -> c0?m_cancel; c1!m_refused /* server: TRANSFER_STATE */ }
  :: atomic { v_server == server_failed && c0?[m_cancel] && len(c1) + 1 <= 1 -> c0?m_cancel; c1!m_refused /* server: TRANSFER_STATE */ }
  :: atomic { v_client == client_idle && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_getting && c1?[m_created] -> c1?m_created; v_client = client_watching /* client: created_received */ }
  :: atomic { v_client == client_putting && c1?[m_created] -> c1?m_created; v_client = client_sending /* client: created_received */ }
  :: atomic { v_client == client_sending && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_sent && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_watching && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_asking && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_fetching && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_done && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_broken && c1?[m_created] -> assert(false) /* no row for created_received */ }
  :: atomic { v_client == client_left && c1?[m_created] -> c1?m_created /* client: created_received */ }
  :: atomic { v_client == client_idle && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_getting && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_putting && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_sending && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_sent && c1?[m_chunk_taken] -> c1?m_chunk_taken; v_client = client_sending /* client: chunk_taken_received */ }
  :: atomic { v_client == client_watching && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_asking && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_fetching && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_done && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_broken && c1?[m_chunk_taken] -> assert(false) /* no row for chunk_taken_received */ }
  :: atomic { v_client == client_left && c1?[m_chunk_taken] -> c1?m_chunk_taken /* client: chunk_taken_received */ }
  :: atomic { v_client == client_idle && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_getting && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_putting && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_sending && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_sent && c1?[m_all_taken] -> c1?m_all_taken; v_client = client_watching /* client: all_taken_received */ }
  :: atomic { v_client == client_watching && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_asking && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_fetching && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_done && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_broken && c1?[m_all_taken] -> assert(false) /* no row for all_taken_received */ }
  :: atomic { v_client == client_left && c1?[m_all_taken] -> c1?m_all_taken /* client: all_taken_received */ }
  :: atomic { v_client == client_idle && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_getting && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_putting && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_sending && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_sent && c1?[m_refused] && len(c0) + 1 <= 1 -> c1?m_refused; v_client = client_asking; c0!m_poll /* client: refused_received */ }
  :: atomic { v_client == client_watching && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_asking && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_fetching && c1?[m_refused] && len(c0) + 1 <= 1 -> c1?m_refused; v_client = client_asking; c0!m_poll /* client: refused_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_refused] && len(c0) + 1 <= 1 -> c1?m_refused; v_client = client_asking; c0!m_poll /* client: refused_received */ }
  :: atomic { v_client == client_done && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_broken && c1?[m_refused] -> assert(false) /* no row for refused_received */ }
  :: atomic { v_client == client_left && c1?[m_refused] -> c1?m_refused /* client: refused_received */ }
  :: atomic { v_client == client_idle && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_getting && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_putting && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_sending && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_sent && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_watching && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_asking && c1?[m_moving] -> c1?m_moving; v_client = client_watching /* client: moving_received */ }
  :: atomic { v_client == client_fetching && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_done && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_broken && c1?[m_moving] -> assert(false) /* no row for moving_received */ }
  :: atomic { v_client == client_left && c1?[m_moving] -> c1?m_moving /* client: moving_received */ }
  :: atomic { v_client == client_idle && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_getting && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_putting && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_sending && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_sent && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_watching && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_asking && c1?[m_done] -> c1?m_done; v_client = client_done /* client: done_received */ }
  :: atomic { v_client == client_fetching && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_done && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_broken && c1?[m_done] -> assert(false) /* no row for done_received */ }
  :: atomic { v_client == client_left && c1?[m_done] -> c1?m_done /* client: done_received */ }
  :: atomic { v_client == client_idle && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_getting && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_putting && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_sending && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_sent && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_watching && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_asking && c1?[m_broke] -> c1?m_broke; v_client = client_broken /* client: broke_received */ }
  :: atomic { v_client == client_fetching && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_done && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_broken && c1?[m_broke] -> assert(false) /* no row for broke_received */ }
  :: atomic { v_client == client_left && c1?[m_broke] -> c1?m_broke /* client: broke_received */ }
  :: atomic { v_client == client_idle && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_getting && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_putting && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_sending && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_sent && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_watching && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_asking && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_fetching && c1?[m_content] -> c1?m_content; v_client = client_done /* client: content_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_done && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_broken && c1?[m_content] -> assert(false) /* no row for content_received */ }
  :: atomic { v_client == client_left && c1?[m_content] -> c1?m_content /* client: content_received */ }
  :: atomic { v_client == client_idle && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_getting && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_putting && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_sending && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_sent && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_watching && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_asking && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_fetching && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_cancelling && c1?[m_cancelled] -> c1?m_cancelled; v_client = client_broken /* client: cancelled_received */ }
  :: atomic { v_client == client_done && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_broken && c1?[m_cancelled] -> assert(false) /* no row for cancelled_received */ }
  :: atomic { v_client == client_left && c1?[m_cancelled] -> c1?m_cancelled /* client: cancelled_received */ }
  :: atomic { c2?[m_start_upload] -> c2?m_start_upload }
  :: atomic { v_agent == agent_absent && c2?[m_start_upload] -> c2?m_start_upload; v_agent = agent_opening_source /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_opening_source && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_beginning_upload && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_sending && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_sent && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_opening_target && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_beginning_download && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_receiving && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_fetching && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_finishing && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_reporting && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { v_agent == agent_ended && c2?[m_start_upload] -> c2?m_start_upload /* agent: start_upload_received */ }
  :: atomic { c2?[m_start_download] -> c2?m_start_download }
  :: atomic { v_agent == agent_absent && c2?[m_start_download] -> c2?m_start_download; v_agent = agent_opening_target /* agent: start_download_received */ }
  :: atomic { v_agent == agent_opening_source && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_beginning_upload && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_sending && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_sent && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_opening_target && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_beginning_download && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_receiving && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_fetching && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_finishing && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_reporting && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { v_agent == agent_ended && c2?[m_start_download] -> c2?m_start_download /* agent: start_download_received */ }
  :: atomic { c2?[m_transfer_cancel] -> c2?m_transfer_cancel }
  :: atomic { v_agent == agent_absent && c2?[m_transfer_cancel] -> c2?m_transfer_cancel /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_opening_source && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_beginning_upload && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_sending && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_sent && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_opening_target && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_beginning_download && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_receiving && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_fetching && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_finishing && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_reporting && c2?[m_transfer_cancel] -> c2?m_transfer_cancel; v_agent = agent_ended /* agent: transfer_cancel_received */ }
  :: atomic { v_agent == agent_ended && c2?[m_transfer_cancel] -> c2?m_transfer_cancel /* agent: transfer_cancel_received */ }
  :: atomic { c3?[m_start_refused] -> c3?m_start_refused }
  :: atomic { v_server == server_created && c3?[m_start_refused] -> assert(false) /* no row for start_refused_received */ }
  :: atomic { v_server == server_pending && c3?[m_start_refused] -> c3?m_start_refused; v_server = server_failed; assert(!n0); n0 = 1 /* server: start_refused_received */ }
  :: atomic { v_server == server_receiving && c3?[m_start_refused] -> c3?m_start_refused /* server: start_refused_received */ }
  :: atomic { v_server == server_awaiting && c3?[m_start_refused] -> assert(false) /* no row for start_refused_received */ }
  :: atomic { v_server == server_gathering && c3?[m_start_refused] -> assert(false) /* no row for start_refused_received */ }
  :: atomic { v_server == server_sealing && c3?[m_start_refused] -> assert(false) /* no row for start_refused_received */ }
  :: atomic { v_server == server_offered && c3?[m_start_refused] -> c3?m_start_refused; v_server = server_failed; assert(!n0); n0 = 1 /* server: start_refused_received */ }
  :: atomic { v_server == server_delivering && c3?[m_start_refused] -> c3?m_start_refused /* server: start_refused_received */ }
  :: atomic { v_server == server_completed && c3?[m_start_refused] -> c3?m_start_refused /* server: start_refused_received */ }
  :: atomic { v_server == server_failed && c3?[m_start_refused] -> c3?m_start_refused /* server: start_refused_received */ }
  :: atomic { v_server == server_created && c4?[m_begin_upload] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_pending && c4?[m_begin_upload] && len(c5) + 1 <= 1 -> c4?m_begin_upload; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: source_too_large */ }
  :: atomic { v_server == server_pending && c4?[m_begin_upload] && len(c5) + 1 <= 1 -> c4?m_begin_upload; v_server = server_receiving; c5!m_go_on /* server: upload_begun */ }
  :: atomic { v_server == server_receiving && c4?[m_begin_upload] && len(c5) + 1 <= 1 -> c4?m_begin_upload; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: source_too_large */ }
  :: atomic { v_server == server_receiving && c4?[m_begin_upload] && len(c5) + 1 <= 1 -> c4?m_begin_upload; c5!m_go_on /* server: upload_begun */ }
  :: atomic { v_server == server_receiving && c4?[m_begin_upload] && len(c5) + 1 <= 1 -> c4?m_begin_upload; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: source_changed */ }
  :: atomic { v_server == server_awaiting && c4?[m_begin_upload] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_gathering && c4?[m_begin_upload] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_sealing && c4?[m_begin_upload] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_offered && c4?[m_begin_upload] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_delivering && c4?[m_begin_upload] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_completed && c4?[m_begin_upload] && len(c5) + 1 <= 1 -> c4?m_begin_upload; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_failed && c4?[m_begin_upload] && len(c5) + 1 <= 1 -> c4?m_begin_upload; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_created && c4?[m_begin_download] -> assert(false) /* no row for download_begun */ }
  :: atomic { v_server == server_pending && c4?[m_begin_download] -> assert(false) /* no row for download_begun */ }
  :: atomic { v_server == server_receiving && c4?[m_begin_download] -> assert(false) /* no row for download_begun */ }
  :: atomic { v_server == server_awaiting && c4?[m_begin_download] -> assert(false) /* no row for download_begun */ }
  :: atomic { v_server == server_gathering && c4?[m_begin_download] -> assert(false) /* no row for download_begun */ }
  :: atomic { v_server == server_sealing && c4?[m_begin_download] -> assert(false) /* no row for download_begun */ }
  :: atomic { v_server == server_offered && c4?[m_begin_download] && len(c5) + 1 <= 1 -> c4?m_begin_download; v_server = server_delivering; c5!m_go_on /* server: download_begun */ }
  :: atomic { v_server == server_delivering && c4?[m_begin_download] && len(c5) + 1 <= 1 -> c4?m_begin_download; c5!m_go_on /* server: download_begun */ }
  :: atomic { v_server == server_completed && c4?[m_begin_download] && len(c5) + 1 <= 1 -> c4?m_begin_download; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_failed && c4?[m_begin_download] && len(c5) + 1 <= 1 -> c4?m_begin_download; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_created && c4?[m_piece] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_pending && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; c5!m_not_begun /* server: TRANSFER_NOT_BEGUN */ }
  :: atomic { v_server == server_receiving && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: PIECE_DIFFERS */ }
  :: atomic { v_server == server_receiving && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; c5!m_piece_taken /* server: piece_repeated */ }
  :: atomic { v_server == server_receiving && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: PIECE_TOO_LARGE */ }
  :: atomic { v_server == server_receiving && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: PIECE_BEYOND_SIZE */ }
  :: atomic { v_server == server_receiving && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; c5!m_piece_taken /* server: piece_stored */ }
  :: atomic { v_server == server_receiving && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; c5!m_gaps /* server: TRANSFER_GAPS */ }
  :: atomic { v_server == server_awaiting && c4?[m_piece] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_gathering && c4?[m_piece] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_sealing && c4?[m_piece] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_offered && c4?[m_piece] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_delivering && c4?[m_piece] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_completed && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_failed && c4?[m_piece] && len(c5) + 1 <= 1 -> c4?m_piece; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_created && c4?[m_fetch] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_pending && c4?[m_fetch] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_receiving && c4?[m_fetch] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_awaiting && c4?[m_fetch] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_gathering && c4?[m_fetch] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_sealing && c4?[m_fetch] -> assert(false) /* no row for TRANSFER_ENDED */ }
  :: atomic { v_server == server_offered && c4?[m_fetch] && len(c5) + 1 <= 1 -> c4?m_fetch; v_server = server_delivering; c5!m_part /* server: part_wanted */ }
  :: atomic { v_server == server_offered && c4?[m_fetch] && len(c5) + 1 <= 1 -> c4?m_fetch; c5!m_range_refused /* server: PART_UNSATISFIABLE */ }
  :: atomic { v_server == server_delivering && c4?[m_fetch] && len(c5) + 1 <= 1 -> c4?m_fetch; c5!m_part /* server: part_wanted */ }
  :: atomic { v_server == server_delivering && c4?[m_fetch] && len(c5) + 1 <= 1 -> c4?m_fetch; c5!m_range_refused /* server: PART_UNSATISFIABLE */ }
  :: atomic { v_server == server_completed && c4?[m_fetch] && len(c5) + 1 <= 1 -> c4?m_fetch; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_failed && c4?[m_fetch] && len(c5) + 1 <= 1 -> c4?m_fetch; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_created && c4?[m_finish_upload] -> assert(false) /* no row for upload_agreed */ }
  :: atomic { v_server == server_pending && c4?[m_finish_upload] && len(c5) + 1 <= 1 -> c4?m_finish_upload; c5!m_not_begun /* server: TRANSFER_NOT_BEGUN */ }
  :: atomic { v_server == server_receiving && c4?[m_finish_upload] && len(c5) + 1 <= 1 -> c4?m_finish_upload; v_server = server_completed; c5!m_agreed; assert(!n0); n0 = 1 /* server: upload_agreed */ }
  :: atomic { v_server == server_receiving && c4?[m_finish_upload] && len(c5) + 1 <= 1 -> c4?m_finish_upload; c5!m_gaps /* server: TRANSFER_GAPS */ }
  :: atomic { v_server == server_receiving && c4?[m_finish_upload] && len(c5) + 1 <= 1 -> c4?m_finish_upload; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: HASHES_DIFFER */ }
  :: atomic { v_server == server_awaiting && c4?[m_finish_upload] -> assert(false) /* no row for upload_agreed */ }
  :: atomic { v_server == server_gathering && c4?[m_finish_upload] -> assert(false) /* no row for upload_agreed */ }
  :: atomic { v_server == server_sealing && c4?[m_finish_upload] -> assert(false) /* no row for upload_agreed */ }
  :: atomic { v_server == server_offered && c4?[m_finish_upload] -> assert(false) /* no row for upload_agreed */ }
  :: atomic { v_server == server_delivering && c4?[m_finish_upload] -> assert(false) /* no row for upload_agreed */ }
  :: atomic { v_server == server_completed && c4?[m_finish_upload] && len(c5) + 1 <= 1 -> c4?m_finish_upload; c5!m_agreed /* server: upload_agreed */ }
  :: atomic { v_server == server_completed && c4?[m_finish_upload] && len(c5) + 1 <= 1 -> c4?m_finish_upload; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_failed && c4?[m_finish_upload] && len(c5) + 1 <= 1 -> c4?m_finish_upload; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_created && c4?[m_finish_download] -> assert(false) /* no row for delivery_agreed */ }
  :: atomic { v_server == server_pending && c4?[m_finish_download] -> assert(false) /* no row for delivery_agreed */ }
  :: atomic { v_server == server_receiving && c4?[m_finish_download] -> assert(false) /* no row for delivery_agreed */ }
  :: atomic { v_server == server_awaiting && c4?[m_finish_download] -> assert(false) /* no row for delivery_agreed */ }
  :: atomic { v_server == server_gathering && c4?[m_finish_download] -> assert(false) /* no row for delivery_agreed */ }
  :: atomic { v_server == server_sealing && c4?[m_finish_download] -> assert(false) /* no row for delivery_agreed */ }
  :: atomic { v_server == server_offered && c4?[m_finish_download] && len(c5) + 1 <= 1 -> c4?m_finish_download; v_server = server_completed; c5!m_agreed; assert(!n0); n0 = 1 /* server: delivery_agreed */ }
  :: atomic { v_server == server_offered && c4?[m_finish_download] && len(c5) + 1 <= 1 -> c4?m_finish_download; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: DELIVERY_DIFFERS */ }
  :: atomic { v_server == server_delivering && c4?[m_finish_download] && len(c5) + 1 <= 1 -> c4?m_finish_download; v_server = server_completed; c5!m_agreed; assert(!n0); n0 = 1 /* server: delivery_agreed */ }
  :: atomic { v_server == server_delivering && c4?[m_finish_download] && len(c5) + 1 <= 1 -> c4?m_finish_download; v_server = server_failed; c5!m_turned_away; assert(!n0); n0 = 1 /* server: DELIVERY_DIFFERS */ }
  :: atomic { v_server == server_completed && c4?[m_finish_download] && len(c5) + 1 <= 1 -> c4?m_finish_download; c5!m_agreed /* server: delivery_agreed */ }
  :: atomic { v_server == server_completed && c4?[m_finish_download] && len(c5) + 1 <= 1 -> c4?m_finish_download; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_failed && c4?[m_finish_download] && len(c5) + 1 <= 1 -> c4?m_finish_download; c5!m_turned_away /* server: TRANSFER_ENDED */ }
  :: atomic { v_server == server_created && c4?[m_broken] -> assert(false) /* no row for broken_received */ }
  :: atomic { v_server == server_pending && c4?[m_broken] && len(c5) + 1 <= 1 -> c4?m_broken; v_server = server_failed; c5!m_noted; assert(!n0); n0 = 1 /* server: broken_received */ }
  :: atomic { v_server == server_receiving && c4?[m_broken] && len(c5) + 1 <= 1 -> c4?m_broken; v_server = server_failed; c5!m_noted; assert(!n0); n0 = 1 /* server: broken_received */ }
  :: atomic { v_server == server_awaiting && c4?[m_broken] -> assert(false) /* no row for broken_received */ }
  :: atomic { v_server == server_gathering && c4?[m_broken] -> assert(false) /* no row for broken_received */ }
  :: atomic { v_server == server_sealing && c4?[m_broken] -> assert(false) /* no row for broken_received */ }
  :: atomic { v_server == server_offered && c4?[m_broken] && len(c5) + 1 <= 1 -> c4?m_broken; v_server = server_failed; c5!m_noted; assert(!n0); n0 = 1 /* server: broken_received */ }
  :: atomic { v_server == server_delivering && c4?[m_broken] && len(c5) + 1 <= 1 -> c4?m_broken; v_server = server_failed; c5!m_noted; assert(!n0); n0 = 1 /* server: broken_received */ }
  :: atomic { v_server == server_completed && c4?[m_broken] && len(c5) + 1 <= 1 -> c4?m_broken; c5!m_noted /* server: broken_received */ }
  :: atomic { v_server == server_failed && c4?[m_broken] && len(c5) + 1 <= 1 -> c4?m_broken; c5!m_noted /* server: broken_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_go_on] -> c5?m_go_on; v_agent = agent_sending /* agent: go_on_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_go_on] -> c5?m_go_on; v_agent = agent_receiving /* agent: go_on_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_go_on] -> assert(false) /* no row for go_on_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_go_on] -> c5?m_go_on /* agent: go_on_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_piece_taken] -> c5?m_piece_taken; v_agent = agent_sending /* agent: piece_taken_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_piece_taken] -> assert(false) /* no row for piece_taken_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_piece_taken] -> c5?m_piece_taken /* agent: piece_taken_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_part] -> c5?m_part; v_agent = agent_receiving /* agent: part_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_part] -> assert(false) /* no row for part_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_part] -> c5?m_part /* agent: part_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_range_refused] && len(c4) + 1 <= 1 -> c5?m_range_refused; v_agent = agent_reporting; c4!m_broken /* agent: range_refused_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_range_refused] -> assert(false) /* no row for range_refused_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_range_refused] -> c5?m_range_refused /* agent: range_refused_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_agreed] -> c5?m_agreed; v_agent = agent_ended /* agent: agreed_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_agreed] -> assert(false) /* no row for agreed_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_agreed] -> c5?m_agreed /* agent: agreed_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_gaps] -> c5?m_gaps; v_agent = agent_sending /* agent: gaps_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_gaps] -> c5?m_gaps; v_agent = agent_sending /* agent: gaps_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_gaps] -> assert(false) /* no row for gaps_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_gaps] -> c5?m_gaps /* agent: gaps_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_noted] -> assert(false) /* no row for noted_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_noted] -> c5?m_noted; v_agent = agent_ended /* agent: noted_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_noted] -> c5?m_noted /* agent: noted_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_turned_away] -> assert(false) /* no row for turned_away_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_turned_away] -> assert(false) /* no row for turned_away_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_turned_away] -> assert(false) /* no row for turned_away_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_turned_away] -> c5?m_turned_away; v_agent = agent_ended /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_turned_away] -> c5?m_turned_away /* agent: turned_away_received */ }
  :: atomic { v_agent == agent_absent && c5?[m_not_begun] -> assert(false) /* no row for not_begun_received */ }
  :: atomic { v_agent == agent_opening_source && c5?[m_not_begun] -> assert(false) /* no row for not_begun_received */ }
  :: atomic { v_agent == agent_beginning_upload && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_sending && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_sent && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_opening_target && c5?[m_not_begun] -> assert(false) /* no row for not_begun_received */ }
  :: atomic { v_agent == agent_beginning_download && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_receiving && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_fetching && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_finishing && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_reporting && c5?[m_not_begun] -> c5?m_not_begun; v_agent = agent_ended /* agent: not_begun_received */ }
  :: atomic { v_agent == agent_ended && c5?[m_not_begun] -> assert(false) /* no row for not_begun_received */ }
  :: atomic { (v_client == client_idle || v_client == client_done || v_client == client_broken || v_client == client_left) && (v_server == server_created || v_server == server_completed || v_server == server_failed) && (v_agent == agent_absent || v_agent == agent_ended) -> break }
  od
}

/* desktop: generated from the tables; do not edit */
mtype = { m_bye, m_capabilities, m_cause, m_clipboard, m_clipboard_ack, m_control, m_input, m_ping, m_release, m_reply, m_stats, m_video };
#define viewer_negotiating 0
#define viewer_dark 1
#define viewer_watching 2
#define viewer_switching 3
#define viewer_relay_dark 4
#define viewer_relay_watching 5
#define viewer_closed 6
byte v_viewer = 0;
#define helper_starting 0
#define helper_offered 1
#define helper_dark 2
#define helper_streaming 3
#define helper_unreachable 4
#define helper_ended 5
byte v_helper = 0;
chan c0 = [1] of { mtype }; /* viewer to helper */
chan c1 = [1] of { mtype }; /* viewer to helper */
chan c2 = [1] of { mtype }; /* viewer to helper */
chan c3 = [1] of { mtype }; /* helper to viewer */
chan c4 = [1] of { mtype }; /* helper to viewer */
chan c5 = [1] of { mtype }; /* helper to viewer */
bit n0 = 0; /* helper: close_peer */

active proctype system() {
  do
  :: atomic { v_viewer == viewer_negotiating -> v_viewer = viewer_dark /* viewer: peer_connected */ }
  :: atomic { v_viewer == viewer_negotiating -> v_viewer = viewer_closed /* viewer: start_refused */ }
  :: atomic { v_viewer == viewer_negotiating -> v_viewer = viewer_switching /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_negotiating -> v_viewer = viewer_switching /* viewer: peer_failed */ }
  :: atomic { v_viewer == viewer_negotiating -> skip /* viewer: user_copied */ }
  :: atomic { v_viewer == viewer_negotiating -> skip /* viewer: clipboard_withheld */ }
  :: atomic { v_viewer == viewer_negotiating -> skip /* viewer: user_input */ }
  :: atomic { v_viewer == viewer_negotiating -> skip /* viewer: focus_lost */ }
  :: atomic { v_viewer == viewer_negotiating -> skip /* viewer: user_control */ }
  :: atomic { v_viewer == viewer_negotiating -> skip /* viewer: user_config */ }
  :: atomic { v_viewer == viewer_negotiating -> skip /* viewer: control_unavailable */ }
  :: atomic { v_viewer == viewer_negotiating -> v_viewer = viewer_closed /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_dark -> skip /* viewer: peer_connected */ }
  :: atomic { v_viewer == viewer_dark -> v_viewer = viewer_switching /* viewer: peer_failed */ }
  :: atomic { v_viewer == viewer_dark -> v_viewer = viewer_switching /* viewer: helper_silent */ }
  :: atomic { v_viewer == viewer_dark && len(c1) + 1 <= 1 -> c1!m_ping /* viewer: heartbeat_due */ }
  :: atomic { v_viewer == viewer_dark && len(c1) + 1 <= 1 -> c1!m_stats /* viewer: stats_due */ }
  :: atomic { v_viewer == viewer_dark && len(c1) + 1 <= 1 -> c1!m_control /* viewer: first_frame_missed */ }
  :: atomic { v_viewer == viewer_dark && len(c2) + 1 <= 1 -> c2!m_clipboard /* viewer: user_copied */ }
  :: atomic { v_viewer == viewer_dark -> skip /* viewer: clipboard_withheld */ }
  :: atomic { v_viewer == viewer_dark && len(c0) + 1 <= 1 -> c0!m_input /* viewer: user_input */ }
  :: atomic { v_viewer == viewer_dark && len(c1) + 1 <= 1 -> c1!m_release /* viewer: focus_lost */ }
  :: atomic { v_viewer == viewer_dark && len(c1) + 1 <= 1 -> c1!m_control /* viewer: user_control */ }
  :: atomic { v_viewer == viewer_dark -> skip /* viewer: user_config */ }
  :: atomic { v_viewer == viewer_dark -> skip /* viewer: control_unavailable */ }
  :: atomic { v_viewer == viewer_dark && len(c1) + 1 <= 1 -> v_viewer = viewer_closed; c1!m_bye /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_watching -> skip /* viewer: peer_connected */ }
  :: atomic { v_viewer == viewer_watching -> v_viewer = viewer_switching /* viewer: peer_failed */ }
  :: atomic { v_viewer == viewer_watching -> v_viewer = viewer_switching /* viewer: helper_silent */ }
  :: atomic { v_viewer == viewer_watching && len(c1) + 1 <= 1 -> c1!m_ping /* viewer: heartbeat_due */ }
  :: atomic { v_viewer == viewer_watching && len(c1) + 1 <= 1 -> c1!m_stats /* viewer: stats_due */ }
  :: atomic { v_viewer == viewer_watching && len(c1) + 1 <= 1 -> v_viewer = viewer_dark; c1!m_control /* viewer: decode_stalled */ }
  :: atomic { v_viewer == viewer_watching && len(c2) + 1 <= 1 -> c2!m_clipboard /* viewer: user_copied */ }
  :: atomic { v_viewer == viewer_watching -> skip /* viewer: clipboard_withheld */ }
  :: atomic { v_viewer == viewer_watching && len(c0) + 1 <= 1 -> c0!m_input /* viewer: user_input */ }
  :: atomic { v_viewer == viewer_watching && len(c1) + 1 <= 1 -> c1!m_release /* viewer: focus_lost */ }
  :: atomic { v_viewer == viewer_watching && len(c1) + 1 <= 1 -> c1!m_control /* viewer: user_control */ }
  :: atomic { v_viewer == viewer_watching -> skip /* viewer: user_config */ }
  :: atomic { v_viewer == viewer_watching -> skip /* viewer: control_unavailable */ }
  :: atomic { v_viewer == viewer_watching && len(c1) + 1 <= 1 -> v_viewer = viewer_closed; c1!m_bye /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: peer_connected */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: peer_failed */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: user_copied */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: clipboard_withheld */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: user_input */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: focus_lost */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: user_control */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: user_config */ }
  :: atomic { v_viewer == viewer_switching -> skip /* viewer: control_unavailable */ }
  :: atomic { v_viewer == viewer_switching -> v_viewer = viewer_closed /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_switching -> v_viewer = viewer_closed /* viewer: fallback_timed_out */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: peer_connected */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: peer_failed */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: first_frame_missed */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: user_copied */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: clipboard_withheld */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: user_input */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: focus_lost */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: user_control */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: user_config */ }
  :: atomic { v_viewer == viewer_relay_dark -> skip /* viewer: control_unavailable */ }
  :: atomic { v_viewer == viewer_relay_dark -> v_viewer = viewer_closed /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: peer_connected */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: peer_failed */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: user_copied */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: clipboard_withheld */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: user_input */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: focus_lost */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: user_control */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: user_config */ }
  :: atomic { v_viewer == viewer_relay_watching -> skip /* viewer: control_unavailable */ }
  :: atomic { v_viewer == viewer_relay_watching -> v_viewer = viewer_closed /* viewer: user_left */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: peer_connected */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: peer_failed */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: decode_stalled */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: user_copied */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: clipboard_withheld */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: user_input */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: focus_lost */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: user_control */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: user_config */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: control_unavailable */ }
  :: atomic { v_viewer == viewer_closed -> skip /* viewer: user_left */ }
  :: atomic { v_helper == helper_starting -> v_helper = helper_offered /* helper: capture_ready */ }
  :: atomic { v_helper == helper_starting -> v_helper = helper_ended /* helper: capture_failed */ }
  :: atomic { v_helper == helper_starting -> v_helper = helper_ended /* helper: start_timed_out */ }
  :: atomic { v_helper == helper_starting -> v_helper = helper_ended /* helper: stop_requested */ }
  :: atomic { v_helper == helper_starting -> v_helper = helper_ended /* helper: replaced */ }
  :: atomic { v_helper == helper_starting -> skip /* helper: frame_sent */ }
  :: atomic { v_helper == helper_starting -> skip /* helper: picture_lost */ }
  :: atomic { v_helper == helper_starting -> skip /* helper: message_refused */ }
  :: atomic { v_helper == helper_starting -> skip /* helper: clipboard_copied */ }
  :: atomic { v_helper == helper_starting -> skip /* helper: clipboard_withheld */ }
  :: atomic { v_helper == helper_starting -> skip /* helper: reply_due */ }
  :: atomic { v_helper == helper_offered -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: stop_requested */ }
  :: atomic { v_helper == helper_offered -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: replaced */ }
  :: atomic { v_helper == helper_offered && len(c4) + 1 <= 1 -> v_helper = helper_dark; c4!m_capabilities /* helper: peer_connected */ }
  :: atomic { v_helper == helper_offered -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: peer_failed */ }
  :: atomic { v_helper == helper_offered -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: peer_timed_out */ }
  :: atomic { v_helper == helper_offered -> skip /* helper: frame_sent */ }
  :: atomic { v_helper == helper_offered -> skip /* helper: picture_lost */ }
  :: atomic { v_helper == helper_offered -> skip /* helper: message_refused */ }
  :: atomic { v_helper == helper_offered -> skip /* helper: clipboard_copied */ }
  :: atomic { v_helper == helper_offered -> skip /* helper: clipboard_withheld */ }
  :: atomic { v_helper == helper_offered -> skip /* helper: reply_due */ }
  :: atomic { v_helper == helper_offered -> skip /* helper: peer_disconnected */ }
  :: atomic { v_helper == helper_dark && len(c4) + 1 <= 1 -> v_helper = helper_ended; c4!m_bye; assert(!n0); n0 = 1 /* helper: stop_requested */ }
  :: atomic { v_helper == helper_dark -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: replaced */ }
  :: atomic { v_helper == helper_dark -> skip /* helper: peer_connected */ }
  :: atomic { v_helper == helper_dark -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: peer_failed */ }
  :: atomic { v_helper == helper_dark && len(c3) + 1 <= 1 -> v_helper = helper_streaming; c3!m_video /* helper: frame_sent */ }
  :: atomic { v_helper == helper_dark && len(c4) + 1 <= 1 -> c4!m_cause /* helper: first_frame_missed */ }
  :: atomic { v_helper == helper_dark && len(c4) + 1 <= 1 -> c4!m_cause /* helper: picture_lost */ }
  :: atomic { v_helper == helper_dark && len(c4) + 1 <= 1 -> c4!m_reply /* helper: message_refused */ }
  :: atomic { v_helper == helper_dark && len(c5) + 1 <= 1 -> c5!m_clipboard /* helper: clipboard_copied */ }
  :: atomic { v_helper == helper_dark -> skip /* helper: clipboard_withheld */ }
  :: atomic { v_helper == helper_dark && len(c4) + 1 <= 1 -> c4!m_reply /* helper: reply_due */ }
  :: atomic { v_helper == helper_dark -> v_helper = helper_unreachable /* helper: peer_disconnected */ }
  :: atomic { v_helper == helper_dark -> v_helper = helper_unreachable /* helper: viewer_silent */ }
  :: atomic { v_helper == helper_dark -> skip /* helper: peer_returned */ }
  :: atomic { v_helper == helper_streaming && len(c4) + 1 <= 1 -> v_helper = helper_ended; c4!m_bye; assert(!n0); n0 = 1 /* helper: stop_requested */ }
  :: atomic { v_helper == helper_streaming -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: replaced */ }
  :: atomic { v_helper == helper_streaming -> skip /* helper: peer_connected */ }
  :: atomic { v_helper == helper_streaming -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: peer_failed */ }
  :: atomic { v_helper == helper_streaming && len(c3) + 1 <= 1 -> c3!m_video /* helper: frame_sent */ }
  :: atomic { v_helper == helper_streaming && len(c4) + 1 <= 1 -> v_helper = helper_dark; c4!m_cause /* helper: picture_lost */ }
  :: atomic { v_helper == helper_streaming && len(c4) + 1 <= 1 -> c4!m_reply /* helper: message_refused */ }
  :: atomic { v_helper == helper_streaming && len(c5) + 1 <= 1 -> c5!m_clipboard /* helper: clipboard_copied */ }
  :: atomic { v_helper == helper_streaming -> skip /* helper: clipboard_withheld */ }
  :: atomic { v_helper == helper_streaming && len(c4) + 1 <= 1 -> c4!m_reply /* helper: reply_due */ }
  :: atomic { v_helper == helper_streaming -> v_helper = helper_unreachable /* helper: peer_disconnected */ }
  :: atomic { v_helper == helper_streaming -> v_helper = helper_unreachable /* helper: viewer_silent */ }
  :: atomic { v_helper == helper_streaming -> skip /* helper: peer_returned */ }
  :: atomic { v_helper == helper_unreachable -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: stop_requested */ }
  :: atomic { v_helper == helper_unreachable -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: replaced */ }
  :: atomic { v_helper == helper_unreachable -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: peer_failed */ }
  :: atomic { v_helper == helper_unreachable -> skip /* helper: frame_sent */ }
  :: atomic { v_helper == helper_unreachable -> skip /* helper: picture_lost */ }
  :: atomic { v_helper == helper_unreachable -> skip /* helper: message_refused */ }
  :: atomic { v_helper == helper_unreachable -> skip /* helper: clipboard_copied */ }
  :: atomic { v_helper == helper_unreachable -> skip /* helper: clipboard_withheld */ }
  :: atomic { v_helper == helper_unreachable -> skip /* helper: reply_due */ }
  :: atomic { v_helper == helper_unreachable -> skip /* helper: peer_disconnected */ }
  :: atomic { v_helper == helper_unreachable && len(c4) + 1 <= 1 -> v_helper = helper_dark; c4!m_capabilities /* helper: peer_returned */ }
  :: atomic { v_helper == helper_unreachable -> v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: grace_expired */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: capture_ready */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: capture_failed */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: stop_requested */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: replaced */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: peer_connected */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: peer_failed */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: frame_sent */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: picture_lost */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: message_refused */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: clipboard_copied */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: clipboard_withheld */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: reply_due */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: peer_disconnected */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: viewer_silent */ }
  :: atomic { v_helper == helper_ended -> skip /* helper: peer_returned */ }
  :: atomic { c0?[m_input] -> c0?m_input }
  :: atomic { v_helper == helper_starting && c0?[m_input] -> c0?m_input /* helper: input_received */ }
  :: atomic { v_helper == helper_offered && c0?[m_input] -> c0?m_input /* helper: input_received */ }
  :: atomic { v_helper == helper_dark && c0?[m_input] -> c0?m_input /* helper: input_received */ }
  :: atomic { v_helper == helper_streaming && c0?[m_input] -> c0?m_input /* helper: input_received */ }
  :: atomic { v_helper == helper_unreachable && c0?[m_input] -> c0?m_input /* helper: input_received */ }
  :: atomic { v_helper == helper_ended && c0?[m_input] -> c0?m_input /* helper: input_received */ }
  :: atomic { v_helper == helper_starting && c1?[m_control] -> c1?m_control /* helper: control_received */ }
  :: atomic { v_helper == helper_offered && c1?[m_control] -> c1?m_control /* helper: control_received */ }
  :: atomic { v_helper == helper_dark && c1?[m_control] -> c1?m_control /* helper: control_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_control] -> c1?m_control /* helper: control_received */ }
  :: atomic { v_helper == helper_unreachable && c1?[m_control] -> c1?m_control /* helper: control_received */ }
  :: atomic { v_helper == helper_ended && c1?[m_control] -> c1?m_control /* helper: control_received */ }
  :: atomic { v_helper == helper_starting && c1?[m_release] -> c1?m_release /* helper: release_received */ }
  :: atomic { v_helper == helper_offered && c1?[m_release] -> c1?m_release /* helper: release_received */ }
  :: atomic { v_helper == helper_dark && c1?[m_release] -> c1?m_release /* helper: release_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_release] -> c1?m_release /* helper: release_received */ }
  :: atomic { v_helper == helper_unreachable && c1?[m_release] -> c1?m_release /* helper: release_received */ }
  :: atomic { v_helper == helper_ended && c1?[m_release] -> c1?m_release /* helper: release_received */ }
  :: atomic { v_helper == helper_starting && c1?[m_stats] -> c1?m_stats /* helper: stats_received */ }
  :: atomic { v_helper == helper_offered && c1?[m_stats] -> c1?m_stats /* helper: stats_received */ }
  :: atomic { v_helper == helper_dark && c1?[m_stats] -> c1?m_stats /* helper: stats_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_stats] -> c1?m_stats /* helper: stats_received */ }
  :: atomic { v_helper == helper_unreachable && c1?[m_stats] -> c1?m_stats /* helper: stats_received */ }
  :: atomic { v_helper == helper_ended && c1?[m_stats] -> c1?m_stats /* helper: stats_received */ }
  :: atomic { v_helper == helper_starting && c1?[m_ping] -> c1?m_ping /* helper: ping_received */ }
  :: atomic { v_helper == helper_offered && c1?[m_ping] -> c1?m_ping /* helper: ping_received */ }
  :: atomic { v_helper == helper_dark && c1?[m_ping] && len(c4) + 1 <= 1 -> c1?m_ping; c4!m_reply /* helper: ping_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_ping] && len(c4) + 1 <= 1 -> c1?m_ping; c4!m_reply /* helper: ping_received */ }
  :: atomic { v_helper == helper_unreachable && c1?[m_ping] -> c1?m_ping /* helper: ping_received */ }
  :: atomic { v_helper == helper_ended && c1?[m_ping] -> c1?m_ping /* helper: ping_received */ }
  :: atomic { v_helper == helper_starting && c1?[m_bye] -> c1?m_bye /* helper: bye_received */ }
  :: atomic { v_helper == helper_offered && c1?[m_bye] -> c1?m_bye; v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: bye_received */ }
  :: atomic { v_helper == helper_dark && c1?[m_bye] -> c1?m_bye; v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: bye_received */ }
  :: atomic { v_helper == helper_streaming && c1?[m_bye] -> c1?m_bye; v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: bye_received */ }
  :: atomic { v_helper == helper_unreachable && c1?[m_bye] -> c1?m_bye; v_helper = helper_ended; assert(!n0); n0 = 1 /* helper: bye_received */ }
  :: atomic { v_helper == helper_ended && c1?[m_bye] -> c1?m_bye /* helper: bye_received */ }
  :: atomic { v_helper == helper_starting && c2?[m_clipboard] -> c2?m_clipboard /* helper: clipboard_received */ }
  :: atomic { v_helper == helper_offered && c2?[m_clipboard] -> c2?m_clipboard /* helper: clipboard_received */ }
  :: atomic { v_helper == helper_dark && c2?[m_clipboard] && len(c5) + 1 <= 1 -> c2?m_clipboard; c5!m_clipboard_ack /* helper: clipboard_received */ }
  :: atomic { v_helper == helper_streaming && c2?[m_clipboard] && len(c5) + 1 <= 1 -> c2?m_clipboard; c5!m_clipboard_ack /* helper: clipboard_received */ }
  :: atomic { v_helper == helper_unreachable && c2?[m_clipboard] -> c2?m_clipboard /* helper: clipboard_received */ }
  :: atomic { v_helper == helper_ended && c2?[m_clipboard] -> c2?m_clipboard /* helper: clipboard_received */ }
  :: atomic { v_helper == helper_starting && c2?[m_clipboard_ack] -> c2?m_clipboard_ack /* helper: clipboard_ack_received */ }
  :: atomic { v_helper == helper_offered && c2?[m_clipboard_ack] -> c2?m_clipboard_ack /* helper: clipboard_ack_received */ }
  :: atomic { v_helper == helper_dark && c2?[m_clipboard_ack] -> c2?m_clipboard_ack /* helper: clipboard_ack_received */ }
  :: atomic { v_helper == helper_streaming && c2?[m_clipboard_ack] -> c2?m_clipboard_ack /* helper: clipboard_ack_received */ }
  :: atomic { v_helper == helper_unreachable && c2?[m_clipboard_ack] -> c2?m_clipboard_ack /* helper: clipboard_ack_received */ }
  :: atomic { v_helper == helper_ended && c2?[m_clipboard_ack] -> c2?m_clipboard_ack /* helper: clipboard_ack_received */ }
  :: atomic { c3?[m_video] -> c3?m_video }
  :: atomic { v_viewer == viewer_negotiating && c3?[m_video] -> c3?m_video; v_viewer = viewer_watching /* viewer: video_received */ }
  :: atomic { v_viewer == viewer_dark && c3?[m_video] -> c3?m_video; v_viewer = viewer_watching /* viewer: video_received */ }
  :: atomic { v_viewer == viewer_watching && c3?[m_video] -> c3?m_video /* viewer: video_received */ }
  :: atomic { v_viewer == viewer_switching && c3?[m_video] -> c3?m_video; v_viewer = viewer_watching /* viewer: video_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c3?[m_video] -> c3?m_video; v_viewer = viewer_watching /* viewer: video_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c3?[m_video] -> c3?m_video; v_viewer = viewer_watching /* viewer: video_received */ }
  :: atomic { v_viewer == viewer_closed && c3?[m_video] -> c3?m_video /* viewer: video_received */ }
  :: atomic { v_viewer == viewer_negotiating && c4?[m_capabilities] -> c4?m_capabilities /* viewer: capabilities_received */ }
  :: atomic { v_viewer == viewer_dark && c4?[m_capabilities] -> c4?m_capabilities /* viewer: capabilities_received */ }
  :: atomic { v_viewer == viewer_watching && c4?[m_capabilities] -> c4?m_capabilities /* viewer: capabilities_received */ }
  :: atomic { v_viewer == viewer_switching && c4?[m_capabilities] -> c4?m_capabilities /* viewer: capabilities_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c4?[m_capabilities] -> c4?m_capabilities /* viewer: capabilities_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c4?[m_capabilities] -> c4?m_capabilities /* viewer: capabilities_received */ }
  :: atomic { v_viewer == viewer_closed && c4?[m_capabilities] -> c4?m_capabilities /* viewer: capabilities_received */ }
  :: atomic { v_viewer == viewer_negotiating && c4?[m_cause] -> c4?m_cause; v_viewer = viewer_dark /* viewer: cause_received */ }
  :: atomic { v_viewer == viewer_dark && c4?[m_cause] -> c4?m_cause /* viewer: cause_received */ }
  :: atomic { v_viewer == viewer_watching && c4?[m_cause] -> c4?m_cause; v_viewer = viewer_dark /* viewer: cause_received */ }
  :: atomic { v_viewer == viewer_switching && c4?[m_cause] -> c4?m_cause /* viewer: cause_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c4?[m_cause] -> c4?m_cause /* viewer: cause_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c4?[m_cause] -> c4?m_cause /* viewer: cause_received */ }
  :: atomic { v_viewer == viewer_closed && c4?[m_cause] -> c4?m_cause /* viewer: cause_received */ }
  :: atomic { v_viewer == viewer_negotiating && c4?[m_reply] -> c4?m_reply /* viewer: reply_received */ }
  :: atomic { v_viewer == viewer_dark && c4?[m_reply] -> c4?m_reply /* viewer: reply_received */ }
  :: atomic { v_viewer == viewer_watching && c4?[m_reply] -> c4?m_reply /* viewer: reply_received */ }
  :: atomic { v_viewer == viewer_switching && c4?[m_reply] -> c4?m_reply /* viewer: reply_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c4?[m_reply] -> c4?m_reply /* viewer: reply_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c4?[m_reply] -> c4?m_reply /* viewer: reply_received */ }
  :: atomic { v_viewer == viewer_closed && c4?[m_reply] -> c4?m_reply /* viewer: reply_received */ }
  :: atomic { v_viewer == viewer_negotiating && c4?[m_bye] -> c4?m_bye; v_viewer = viewer_closed /* viewer: bye_received */ }
  :: atomic { v_viewer == viewer_dark && c4?[m_bye] -> c4?m_bye; v_viewer = viewer_closed /* viewer: bye_received */ }
  :: atomic { v_viewer == viewer_watching && c4?[m_bye] -> c4?m_bye; v_viewer = viewer_closed /* viewer: bye_received */ }
  :: atomic { v_viewer == viewer_switching && c4?[m_bye] -> c4?m_bye /* viewer: bye_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c4?[m_bye] -> c4?m_bye /* viewer: bye_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c4?[m_bye] -> c4?m_bye /* viewer: bye_received */ }
  :: atomic { v_viewer == viewer_closed && c4?[m_bye] -> c4?m_bye /* viewer: bye_received */ }
  :: atomic { v_viewer == viewer_negotiating && c5?[m_clipboard] && len(c2) + 1 <= 1 -> c5?m_clipboard; c2!m_clipboard_ack /* viewer: clipboard_received */ }
  :: atomic { v_viewer == viewer_dark && c5?[m_clipboard] && len(c2) + 1 <= 1 -> c5?m_clipboard; c2!m_clipboard_ack /* viewer: clipboard_received */ }
  :: atomic { v_viewer == viewer_watching && c5?[m_clipboard] && len(c2) + 1 <= 1 -> c5?m_clipboard; c2!m_clipboard_ack /* viewer: clipboard_received */ }
  :: atomic { v_viewer == viewer_switching && c5?[m_clipboard] -> c5?m_clipboard /* viewer: clipboard_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c5?[m_clipboard] -> c5?m_clipboard /* viewer: clipboard_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c5?[m_clipboard] -> c5?m_clipboard /* viewer: clipboard_received */ }
  :: atomic { v_viewer == viewer_closed && c5?[m_clipboard] -> c5?m_clipboard /* viewer: clipboard_received */ }
  :: atomic { v_viewer == viewer_negotiating && c5?[m_clipboard_ack] -> c5?m_clipboard_ack /* viewer: clipboard_ack_received */ }
  :: atomic { v_viewer == viewer_dark && c5?[m_clipboard_ack] -> c5?m_clipboard_ack /* viewer: clipboard_ack_received */ }
  :: atomic { v_viewer == viewer_watching && c5?[m_clipboard_ack] -> c5?m_clipboard_ack /* viewer: clipboard_ack_received */ }
  :: atomic { v_viewer == viewer_switching && c5?[m_clipboard_ack] -> c5?m_clipboard_ack /* viewer: clipboard_ack_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c5?[m_clipboard_ack] -> c5?m_clipboard_ack /* viewer: clipboard_ack_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c5?[m_clipboard_ack] -> c5?m_clipboard_ack /* viewer: clipboard_ack_received */ }
  :: atomic { v_viewer == viewer_closed && c5?[m_clipboard_ack] -> c5?m_clipboard_ack /* viewer: clipboard_ack_received */ }
  :: atomic { (v_viewer == viewer_closed) && (v_helper == helper_ended) -> break }
  od
}

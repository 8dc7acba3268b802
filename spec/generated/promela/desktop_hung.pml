/* desktop_hung: generated from the tables; do not edit */
mtype = { m_close, m_connected, m_desktop_config, m_desktop_input, m_error, m_frame, m_input_result, m_jpeg, m_leave, m_no_picture, m_no_picture_reported, m_start_failed, m_started, m_stopped, m_stream_start, m_stream_stop, m_switched, m_viewer_config, m_viewer_input };
#define viewer_negotiating 0
#define viewer_dark 1
#define viewer_watching 2
#define viewer_switching 3
#define viewer_relay_dark 4
#define viewer_relay_watching 5
#define viewer_closed 6
byte v_viewer = 0;
#define relay_waiting 0
#define relay_starting 1
#define relay_restarting 2
#define relay_dark 3
#define relay_streaming 4
#define relay_paused 5
#define relay_ended 6
byte v_relay = 0;
#define stream_absent 0
#define stream_opening 1
#define stream_streaming 2
#define stream_dark 3
#define stream_ended 4
byte v_stream = 0;
chan c0 = [1] of { mtype }; /* viewer to relay */
chan c1 = [3] of { mtype }; /* relay to viewer */
chan c2 = [2] of { mtype }; /* relay to stream */
chan c3 = [1] of { mtype }; /* stream to relay */

active proctype system() {
  do
  :: atomic { v_viewer == viewer_negotiating && v_relay == relay_waiting && len(c2) + 1 <= 2 -> v_viewer = viewer_switching; v_relay = relay_starting; c2!m_stream_start /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_negotiating && v_relay == relay_starting -> v_viewer = viewer_switching /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_negotiating && v_relay == relay_restarting -> v_viewer = viewer_switching /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_negotiating && v_relay == relay_dark && len(c1) + 1 <= 3 -> v_viewer = viewer_switching; c1!m_connected /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_negotiating && v_relay == relay_streaming && len(c1) + 1 <= 3 -> v_viewer = viewer_switching; c1!m_connected /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_negotiating && v_relay == relay_paused && len(c2) + 1 <= 2 -> v_viewer = viewer_switching; v_relay = relay_restarting; c2!m_stream_start /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_negotiating && v_relay == relay_ended -> v_viewer = viewer_switching /* viewer: webrtc_timed_out */ }
  :: atomic { v_viewer == viewer_switching && len(c0) + 1 <= 1 -> v_viewer = viewer_closed; c0!m_leave /* viewer: fallback_timed_out */ }
  :: atomic { v_relay == relay_starting && len(c1) + 3 <= 3 && len(c2) + 1 <= 2 -> v_relay = relay_ended; c1!m_no_picture; c1!m_error; c1!m_close; c2!m_stream_stop /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_restarting && len(c1) + 3 <= 3 && len(c2) + 1 <= 2 -> v_relay = relay_ended; c1!m_no_picture; c1!m_error; c1!m_close; c2!m_stream_stop /* relay: start_timed_out */ }
  :: atomic { v_relay == relay_paused -> v_relay = relay_ended /* relay: grace_expired */ }
  :: atomic { v_stream == stream_opening && len(c3) + 1 <= 1 -> v_stream = stream_absent; c3!m_start_failed /* stream: capture_timed_out */ }
  :: atomic { v_relay == relay_waiting && c0?[m_viewer_input] -> assert(false) /* no row for viewer_input_received */ }
  :: atomic { v_relay == relay_starting && c0?[m_viewer_input] && len(c1) + 1 <= 3 -> c0?m_viewer_input; c1!m_error /* relay: viewer_input_received */ }
  :: atomic { v_relay == relay_restarting && c0?[m_viewer_input] && len(c1) + 1 <= 3 -> c0?m_viewer_input; c1!m_error /* relay: viewer_input_received */ }
  :: atomic { v_relay == relay_dark && c0?[m_viewer_input] && len(c2) + 1 <= 2 -> c0?m_viewer_input; c2!m_desktop_input /* relay: viewer_input_received */ }
  :: atomic { v_relay == relay_streaming && c0?[m_viewer_input] && len(c2) + 1 <= 2 -> c0?m_viewer_input; c2!m_desktop_input /* relay: viewer_input_received */ }
  :: atomic { v_relay == relay_paused && c0?[m_viewer_input] -> c0?m_viewer_input /* relay: viewer_input_received */ }
  :: atomic { v_relay == relay_ended && c0?[m_viewer_input] -> c0?m_viewer_input /* relay: viewer_input_received */ }
  :: atomic { v_relay == relay_waiting && c0?[m_viewer_config] -> assert(false) /* no row for viewer_config_received */ }
  :: atomic { v_relay == relay_starting && c0?[m_viewer_config] && len(c1) + 1 <= 3 -> c0?m_viewer_config; c1!m_error /* relay: viewer_config_received */ }
  :: atomic { v_relay == relay_restarting && c0?[m_viewer_config] && len(c1) + 1 <= 3 -> c0?m_viewer_config; c1!m_error /* relay: viewer_config_received */ }
  :: atomic { v_relay == relay_dark && c0?[m_viewer_config] && len(c2) + 1 <= 2 -> c0?m_viewer_config; c2!m_desktop_config /* relay: viewer_config_received */ }
  :: atomic { v_relay == relay_streaming && c0?[m_viewer_config] && len(c2) + 1 <= 2 -> c0?m_viewer_config; c2!m_desktop_config /* relay: viewer_config_received */ }
  :: atomic { v_relay == relay_paused && c0?[m_viewer_config] -> c0?m_viewer_config /* relay: viewer_config_received */ }
  :: atomic { v_relay == relay_ended && c0?[m_viewer_config] -> c0?m_viewer_config /* relay: viewer_config_received */ }
  :: atomic { v_relay == relay_waiting && c0?[m_switched] -> assert(false) /* no row for switched_received */ }
  :: atomic { v_relay == relay_starting && c0?[m_switched] && len(c1) + 1 <= 3 && len(c2) + 1 <= 2 -> c0?m_switched; v_relay = relay_ended; c1!m_close; c2!m_stream_stop /* relay: switched_received */ }
  :: atomic { v_relay == relay_restarting && c0?[m_switched] && len(c1) + 1 <= 3 && len(c2) + 1 <= 2 -> c0?m_switched; v_relay = relay_ended; c1!m_close; c2!m_stream_stop /* relay: switched_received */ }
  :: atomic { v_relay == relay_dark && c0?[m_switched] && len(c1) + 1 <= 3 && len(c2) + 1 <= 2 -> c0?m_switched; v_relay = relay_ended; c1!m_close; c2!m_stream_stop /* relay: switched_received */ }
  :: atomic { v_relay == relay_streaming && c0?[m_switched] && len(c1) + 1 <= 3 && len(c2) + 1 <= 2 -> c0?m_switched; v_relay = relay_ended; c1!m_close; c2!m_stream_stop /* relay: switched_received */ }
  :: atomic { v_relay == relay_paused && c0?[m_switched] -> c0?m_switched; v_relay = relay_ended /* relay: switched_received */ }
  :: atomic { v_relay == relay_ended && c0?[m_switched] -> c0?m_switched /* relay: switched_received */ }
  :: atomic { v_relay == relay_waiting && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended /* relay: leave_received */ }
  :: atomic { v_relay == relay_starting && c0?[m_leave] && len(c2) + 1 <= 2 -> c0?m_leave; v_relay = relay_ended; c2!m_stream_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_restarting && c0?[m_leave] && len(c2) + 1 <= 2 -> c0?m_leave; v_relay = relay_ended; c2!m_stream_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_dark && c0?[m_leave] && len(c2) + 1 <= 2 -> c0?m_leave; v_relay = relay_ended; c2!m_stream_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_streaming && c0?[m_leave] && len(c2) + 1 <= 2 -> c0?m_leave; v_relay = relay_ended; c2!m_stream_stop /* relay: leave_received */ }
  :: atomic { v_relay == relay_paused && c0?[m_leave] -> c0?m_leave; v_relay = relay_ended /* relay: leave_received */ }
  :: atomic { v_relay == relay_ended && c0?[m_leave] -> c0?m_leave /* relay: leave_received */ }
  :: atomic { v_viewer == viewer_negotiating && c1?[m_connected] -> c1?m_connected /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_dark && c1?[m_connected] -> c1?m_connected /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_watching && c1?[m_connected] -> c1?m_connected /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_switching && c1?[m_connected] -> c1?m_connected; v_viewer = viewer_relay_dark /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c1?[m_connected] -> c1?m_connected /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c1?[m_connected] -> c1?m_connected /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_connected] -> c1?m_connected /* viewer: connected_received */ }
  :: atomic { v_viewer == viewer_negotiating && c1?[m_jpeg] -> c1?m_jpeg /* viewer: jpeg_received */ }
  :: atomic { v_viewer == viewer_dark && c1?[m_jpeg] -> c1?m_jpeg /* viewer: jpeg_received */ }
  :: atomic { v_viewer == viewer_watching && c1?[m_jpeg] -> c1?m_jpeg /* viewer: jpeg_received */ }
  :: atomic { v_viewer == viewer_switching && c1?[m_jpeg] -> c1?m_jpeg /* viewer: jpeg_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c1?[m_jpeg] -> c1?m_jpeg; v_viewer = viewer_relay_watching /* viewer: jpeg_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c1?[m_jpeg] -> c1?m_jpeg /* viewer: jpeg_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_jpeg] -> c1?m_jpeg /* viewer: jpeg_received */ }
  :: atomic { v_viewer == viewer_negotiating && c1?[m_no_picture] -> c1?m_no_picture /* viewer: no_picture_received */ }
  :: atomic { v_viewer == viewer_dark && c1?[m_no_picture] -> c1?m_no_picture /* viewer: no_picture_received */ }
  :: atomic { v_viewer == viewer_watching && c1?[m_no_picture] -> c1?m_no_picture /* viewer: no_picture_received */ }
  :: atomic { v_viewer == viewer_switching && c1?[m_no_picture] -> c1?m_no_picture /* viewer: no_picture_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c1?[m_no_picture] -> c1?m_no_picture /* viewer: no_picture_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c1?[m_no_picture] -> c1?m_no_picture; v_viewer = viewer_relay_dark /* viewer: no_picture_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_no_picture] -> c1?m_no_picture /* viewer: no_picture_received */ }
  :: atomic { v_viewer == viewer_negotiating && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_dark && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_watching && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_switching && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_error] -> c1?m_error /* viewer: error_received */ }
  :: atomic { v_viewer == viewer_negotiating && c1?[m_close] -> c1?m_close /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_dark && c1?[m_close] -> c1?m_close /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_watching && c1?[m_close] -> c1?m_close /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_switching && c1?[m_close] -> c1?m_close; v_viewer = viewer_closed /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_relay_dark && c1?[m_close] -> c1?m_close; v_viewer = viewer_closed /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_relay_watching && c1?[m_close] -> c1?m_close; v_viewer = viewer_closed /* viewer: close_received */ }
  :: atomic { v_viewer == viewer_closed && c1?[m_close] -> c1?m_close /* viewer: close_received */ }
  :: atomic { v_stream == stream_absent && c2?[m_stream_start] -> c2?m_stream_start; v_stream = stream_opening /* stream: stream_start_received */ }
  :: atomic { v_stream == stream_opening && c2?[m_stream_start] -> c2?m_stream_start /* stream: stream_start_received */ }
  :: atomic { v_stream == stream_streaming && c2?[m_stream_start] -> c2?m_stream_start; v_stream = stream_opening /* stream: stream_start_received */ }
  :: atomic { v_stream == stream_dark && c2?[m_stream_start] -> c2?m_stream_start; v_stream = stream_opening /* stream: stream_start_received */ }
  :: atomic { v_stream == stream_ended && c2?[m_stream_start] -> c2?m_stream_start /* stream: stream_start_received */ }
  :: atomic { v_stream == stream_absent && c2?[m_stream_stop] && len(c3) + 1 <= 1 -> c2?m_stream_stop; c3!m_stopped /* stream: stream_stop_received */ }
  :: atomic { v_stream == stream_opening && c2?[m_stream_stop] && len(c3) + 1 <= 1 -> c2?m_stream_stop; v_stream = stream_absent; c3!m_stopped /* stream: stream_stop_received */ }
  :: atomic { v_stream == stream_streaming && c2?[m_stream_stop] && len(c3) + 1 <= 1 -> c2?m_stream_stop; v_stream = stream_absent; c3!m_stopped /* stream: stream_stop_received */ }
  :: atomic { v_stream == stream_dark && c2?[m_stream_stop] && len(c3) + 1 <= 1 -> c2?m_stream_stop; v_stream = stream_absent; c3!m_stopped /* stream: stream_stop_received */ }
  :: atomic { v_stream == stream_ended && c2?[m_stream_stop] -> c2?m_stream_stop /* stream: stream_stop_received */ }
  :: atomic { v_stream == stream_absent && c2?[m_desktop_input] -> c2?m_desktop_input /* stream: desktop_input_received */ }
  :: atomic { v_stream == stream_opening && c2?[m_desktop_input] -> c2?m_desktop_input /* stream: desktop_input_received */ }
  :: atomic { v_stream == stream_streaming && c2?[m_desktop_input] && len(c3) + 1 <= 1 -> c2?m_desktop_input; c3!m_input_result /* stream: desktop_input_received */ }
  :: atomic { v_stream == stream_dark && c2?[m_desktop_input] && len(c3) + 1 <= 1 -> c2?m_desktop_input; c3!m_input_result /* stream: desktop_input_received */ }
  :: atomic { v_stream == stream_ended && c2?[m_desktop_input] -> c2?m_desktop_input /* stream: desktop_input_received */ }
  :: atomic { v_stream == stream_absent && c2?[m_desktop_config] -> c2?m_desktop_config /* stream: desktop_config_received */ }
  :: atomic { v_stream == stream_opening && c2?[m_desktop_config] -> c2?m_desktop_config /* stream: desktop_config_received */ }
  :: atomic { v_stream == stream_streaming && c2?[m_desktop_config] -> c2?m_desktop_config /* stream: desktop_config_received */ }
  :: atomic { v_stream == stream_dark && c2?[m_desktop_config] -> c2?m_desktop_config /* stream: desktop_config_received */ }
  :: atomic { v_stream == stream_ended && c2?[m_desktop_config] -> c2?m_desktop_config /* stream: desktop_config_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_started] -> assert(false) /* no row for started_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_started] && len(c1) + 1 <= 3 -> c3?m_started; v_relay = relay_dark; c1!m_connected /* relay: started_received */ }
  :: atomic { v_relay == relay_restarting && c3?[m_started] && len(c1) + 1 <= 3 -> c3?m_started; v_relay = relay_dark; c1!m_connected /* relay: started_received */ }
  :: atomic { v_relay == relay_dark && c3?[m_started] -> c3?m_started /* relay: started_received */ }
  :: atomic { v_relay == relay_streaming && c3?[m_started] -> c3?m_started /* relay: started_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_started] && len(c2) + 1 <= 2 -> c3?m_started; c2!m_stream_stop /* relay: started_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_started] && len(c2) + 1 <= 2 -> c3?m_started; c2!m_stream_stop /* relay: started_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_start_failed] -> assert(false) /* no row for start_failed_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_start_failed] && len(c1) + 3 <= 3 -> c3?m_start_failed; v_relay = relay_ended; c1!m_no_picture; c1!m_error; c1!m_close /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_restarting && c3?[m_start_failed] && len(c1) + 3 <= 3 -> c3?m_start_failed; v_relay = relay_ended; c1!m_no_picture; c1!m_error; c1!m_close /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_dark && c3?[m_start_failed] && len(c1) + 3 <= 3 -> c3?m_start_failed; v_relay = relay_ended; c1!m_no_picture; c1!m_error; c1!m_close /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_streaming && c3?[m_start_failed] && len(c1) + 3 <= 3 -> c3?m_start_failed; v_relay = relay_ended; c1!m_no_picture; c1!m_error; c1!m_close /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_start_failed] -> c3?m_start_failed /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_start_failed] -> c3?m_start_failed /* relay: start_failed_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_frame] -> assert(false) /* no row for frame_dropped */ }
  :: atomic { v_relay == relay_starting && c3?[m_frame] -> c3?m_frame /* relay: frame_passed */ }
  :: atomic { v_relay == relay_starting && c3?[m_frame] -> c3?m_frame /* relay: frame_held */ }
  :: atomic { v_relay == relay_restarting && c3?[m_frame] -> c3?m_frame /* relay: frame_passed */ }
  :: atomic { v_relay == relay_restarting && c3?[m_frame] -> c3?m_frame /* relay: frame_held */ }
  :: atomic { v_relay == relay_dark && c3?[m_frame] && len(c1) + 1 <= 3 -> c3?m_frame; v_relay = relay_streaming; c1!m_jpeg /* relay: frame_passed */ }
  :: atomic { v_relay == relay_dark && c3?[m_frame] -> c3?m_frame; v_relay = relay_streaming /* relay: frame_held */ }
  :: atomic { v_relay == relay_streaming && c3?[m_frame] && len(c1) + 1 <= 3 -> c3?m_frame; c1!m_jpeg /* relay: frame_passed */ }
  :: atomic { v_relay == relay_streaming && c3?[m_frame] -> c3?m_frame /* relay: frame_held */ }
  :: atomic { v_relay == relay_paused && c3?[m_frame] -> c3?m_frame /* relay: frame_passed */ }
  :: atomic { v_relay == relay_paused && c3?[m_frame] -> c3?m_frame /* relay: frame_held */ }
  :: atomic { v_relay == relay_ended && c3?[m_frame] -> c3?m_frame /* relay: frame_passed */ }
  :: atomic { v_relay == relay_ended && c3?[m_frame] -> c3?m_frame /* relay: frame_held */ }
  :: atomic { v_relay == relay_waiting && c3?[m_no_picture_reported] -> assert(false) /* no row for no_picture_reported_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_no_picture_reported] -> c3?m_no_picture_reported /* relay: no_picture_reported_received */ }
  :: atomic { v_relay == relay_restarting && c3?[m_no_picture_reported] -> c3?m_no_picture_reported /* relay: no_picture_reported_received */ }
  :: atomic { v_relay == relay_dark && c3?[m_no_picture_reported] && len(c1) + 1 <= 3 -> c3?m_no_picture_reported; c1!m_no_picture /* relay: no_picture_reported_received */ }
  :: atomic { v_relay == relay_streaming && c3?[m_no_picture_reported] && len(c1) + 1 <= 3 -> c3?m_no_picture_reported; v_relay = relay_dark; c1!m_no_picture /* relay: no_picture_reported_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_no_picture_reported] -> c3?m_no_picture_reported /* relay: no_picture_reported_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_no_picture_reported] -> c3?m_no_picture_reported /* relay: no_picture_reported_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_stopped] -> assert(false) /* no row for stopped_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_stopped] -> c3?m_stopped /* relay: stopped_received */ }
  :: atomic { v_relay == relay_restarting && c3?[m_stopped] -> c3?m_stopped /* relay: stopped_received */ }
  :: atomic { v_relay == relay_dark && c3?[m_stopped] -> c3?m_stopped /* relay: stopped_received */ }
  :: atomic { v_relay == relay_streaming && c3?[m_stopped] -> c3?m_stopped /* relay: stopped_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_stopped] -> c3?m_stopped /* relay: stopped_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_stopped] -> c3?m_stopped /* relay: stopped_received */ }
  :: atomic { v_relay == relay_waiting && c3?[m_input_result] -> assert(false) /* no row for input_result_received */ }
  :: atomic { v_relay == relay_starting && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_restarting && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_dark && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_streaming && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_paused && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { v_relay == relay_ended && c3?[m_input_result] -> c3?m_input_result /* relay: input_result_received */ }
  :: atomic { (v_viewer == viewer_closed) && (v_relay == relay_waiting || v_relay == relay_ended) && (v_stream == stream_absent || v_stream == stream_ended) -> break }
  od
}

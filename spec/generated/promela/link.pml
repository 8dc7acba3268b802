/* link: generated from the tables; do not edit */
mtype = { m_ack, m_close, m_command, m_connected, m_hello, m_ping, m_pong, m_result };
#define agent_offline 0
#define agent_dialing 1
#define agent_greeting 2
#define agent_online 3
#define agent_stopped 4
byte v_agent = 0;
#define server_accepted 0
#define server_online 1
#define server_closed 2
byte v_server = 0;
chan c0 = [2] of { mtype }; /* agent to server */
chan c1 = [2] of { mtype }; /* server to agent */

active proctype system() {
  do
  :: atomic { v_agent == agent_offline -> v_agent = agent_dialing /* agent: retry_due */ }
  :: atomic { v_agent == agent_offline -> v_agent = agent_stopped /* agent: stop_requested */ }
  :: atomic { v_agent == agent_dialing && v_server == server_accepted -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_agent = agent_greeting; v_server = server_online; c1!m_connected /* agent: dial_succeeded */ }
  :: atomic { v_agent == agent_dialing && v_server == server_online -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_agent = agent_greeting; v_server = server_online; c1!m_connected /* agent: dial_succeeded */ }
  :: atomic { v_agent == agent_dialing && v_server == server_closed -> do :: nempty(c0) -> c0?_ :: empty(c0) -> break od; do :: nempty(c1) -> c1?_ :: empty(c1) -> break od; v_agent = agent_greeting; v_server = server_online; c1!m_connected /* agent: dial_succeeded */ }
  :: atomic { v_agent == agent_dialing -> v_agent = agent_offline /* agent: dial_failed */ }
  :: atomic { v_agent == agent_dialing -> v_agent = agent_offline /* agent: credentials_refused */ }
  :: atomic { v_agent == agent_dialing -> v_agent = agent_stopped /* agent: stop_requested */ }
  :: atomic { v_agent == agent_greeting -> v_agent = agent_offline /* agent: link_lost */ }
  :: atomic { v_agent == agent_greeting -> skip /* agent: lasted */ }
  :: atomic { v_agent == agent_greeting -> v_agent = agent_stopped /* agent: stop_requested */ }
  :: atomic { v_agent == agent_online -> v_agent = agent_offline /* agent: link_lost */ }
  :: atomic { v_agent == agent_online -> skip /* agent: lasted */ }
  :: atomic { v_agent == agent_online -> v_agent = agent_stopped /* agent: stop_requested */ }
  :: atomic { v_server == server_accepted -> v_server = server_closed /* server: agent_gone */ }
  :: atomic { v_server == server_online -> v_server = server_closed /* server: agent_gone */ }
  :: atomic { v_server == server_online && len(c1) + 1 <= 2 -> c1!m_ping /* server: ping_due */ }
  :: atomic { v_server == server_online && len(c1) + 1 <= 2 -> v_server = server_closed; c1!m_close /* server: agent_silent */ }
  :: atomic { v_server == server_online && len(c1) + 1 <= 2 -> c1!m_command /* server: command_queued */ }
  :: atomic { v_server == server_online && len(c1) + 1 <= 2 -> v_server = server_closed; c1!m_close /* server: superseded */ }
  :: atomic { v_server == server_online && len(c1) + 1 <= 2 -> v_server = server_closed; c1!m_close /* server: access_revoked */ }
  :: atomic { v_server == server_online && len(c1) + 1 <= 2 -> v_server = server_closed; c1!m_close /* server: server_stopping */ }
  :: atomic { v_server == server_closed -> skip /* server: agent_gone */ }
  :: atomic { v_server == server_closed -> skip /* server: command_queued */ }
  :: atomic { v_server == server_accepted && c0?[m_hello] -> assert(false) /* no row for hello_received */ }
  :: atomic { v_server == server_online && c0?[m_hello] -> c0?m_hello /* server: hello_received */ }
  :: atomic { v_server == server_closed && c0?[m_hello] -> c0?m_hello /* server: hello_received */ }
  :: atomic { v_server == server_accepted && c0?[m_pong] -> assert(false) /* no row for pong_received */ }
  :: atomic { v_server == server_online && c0?[m_pong] -> c0?m_pong /* server: pong_received */ }
  :: atomic { v_server == server_closed && c0?[m_pong] -> c0?m_pong /* server: pong_received */ }
  :: atomic { v_server == server_accepted && c0?[m_result] -> assert(false) /* no row for result_received */ }
  :: atomic { v_server == server_online && c0?[m_result] && len(c1) + 1 <= 2 -> c0?m_result; c1!m_ack /* server: result_received */ }
  :: atomic { v_server == server_closed && c0?[m_result] -> c0?m_result /* server: result_received */ }
  :: atomic { v_agent == agent_offline && c1?[m_connected] -> c1?m_connected /* agent: connected_received */ }
  :: atomic { v_agent == agent_dialing && c1?[m_connected] -> c1?m_connected /* agent: connected_received */ }
  :: atomic { v_agent == agent_greeting && c1?[m_connected] && len(c0) + 1 <= 2 -> c1?m_connected; v_agent = agent_online; c0!m_hello /* agent: connected_received */ }
  :: atomic { v_agent == agent_online && c1?[m_connected] -> c1?m_connected /* agent: connected_received */ }
  :: atomic { v_agent == agent_stopped && c1?[m_connected] -> c1?m_connected /* agent: connected_received */ }
  :: atomic { v_agent == agent_offline && c1?[m_ping] -> c1?m_ping /* agent: ping_received */ }
  :: atomic { v_agent == agent_dialing && c1?[m_ping] -> c1?m_ping /* agent: ping_received */ }
  :: atomic { v_agent == agent_greeting && c1?[m_ping] && len(c0) + 1 <= 2 -> c1?m_ping; c0!m_pong /* agent: ping_received */ }
  :: atomic { v_agent == agent_online && c1?[m_ping] && len(c0) + 1 <= 2 -> c1?m_ping; c0!m_pong /* agent: ping_received */ }
  :: atomic { v_agent == agent_stopped && c1?[m_ping] -> c1?m_ping /* agent: ping_received */ }
  :: atomic { v_agent == agent_offline && c1?[m_command] -> c1?m_command /* agent: command_received */ }
  :: atomic { v_agent == agent_dialing && c1?[m_command] -> c1?m_command /* agent: command_received */ }
  :: atomic { v_agent == agent_greeting && c1?[m_command] -> c1?m_command /* agent: command_received */ }
  :: atomic { v_agent == agent_online && c1?[m_command] -> c1?m_command /* agent: command_received */ }
  :: atomic { v_agent == agent_stopped && c1?[m_command] -> c1?m_command /* agent: command_received */ }
  :: atomic { v_agent == agent_offline && c1?[m_ack] -> c1?m_ack /* agent: ack_received */ }
  :: atomic { v_agent == agent_dialing && c1?[m_ack] -> c1?m_ack /* agent: ack_received */ }
  :: atomic { v_agent == agent_greeting && c1?[m_ack] -> c1?m_ack /* agent: ack_received */ }
  :: atomic { v_agent == agent_online && c1?[m_ack] -> c1?m_ack /* agent: ack_received */ }
  :: atomic { v_agent == agent_stopped && c1?[m_ack] -> c1?m_ack /* agent: ack_received */ }
  :: atomic { v_agent == agent_offline && c1?[m_close] -> c1?m_close /* agent: close_received */ }
  :: atomic { v_agent == agent_dialing && c1?[m_close] -> c1?m_close /* agent: close_received */ }
  :: atomic { v_agent == agent_greeting && c1?[m_close] -> c1?m_close; v_agent = agent_offline /* agent: close_received */ }
  :: atomic { v_agent == agent_online && c1?[m_close] -> c1?m_close; v_agent = agent_offline /* agent: close_received */ }
  :: atomic { v_agent == agent_stopped && c1?[m_close] -> c1?m_close /* agent: close_received */ }
  :: atomic { (v_agent == agent_stopped) && (v_server == server_accepted || v_server == server_closed) -> break }
  od
}

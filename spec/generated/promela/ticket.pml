/* ticket: generated from the tables; do not edit */
#define ticket_minted 0
#define ticket_spent 1
#define ticket_expired 2
byte v_ticket = 0;
bit n0 = 0; /* ticket: open_socket */

active proctype system() {
  do
  :: atomic { v_ticket == ticket_minted -> v_ticket = ticket_spent; assert(!n0); n0 = 1 /* ticket: ticket_accepted */ }
  :: atomic { v_ticket == ticket_minted -> v_ticket = ticket_spent /* ticket: TICKET_INVALID */ }
  :: atomic { v_ticket == ticket_minted -> v_ticket = ticket_expired /* ticket: ticket_expired */ }
  :: atomic { v_ticket == ticket_spent -> skip /* ticket: TICKET_INVALID */ }
  :: atomic { v_ticket == ticket_expired -> skip /* ticket: TICKET_INVALID */ }
  :: atomic { (v_ticket == ticket_spent || v_ticket == ticket_expired) -> break }
  od
}

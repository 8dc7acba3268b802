/* connect_code: generated from the tables; do not edit */
#define code_issued 0
#define code_spent 1
#define code_expired 2
byte v_code = 0;
bit n0 = 0; /* code: issue_viewer_token */

active proctype system() {
  do
  :: atomic { v_code == code_issued -> v_code = code_spent; assert(!n0); n0 = 1 /* code: code_accepted */ }
  :: atomic { v_code == code_issued -> v_code = code_spent /* code: CONNECT_CODE_INVALID */ }
  :: atomic { v_code == code_issued -> v_code = code_spent /* code: VIEWER_SESSION_OVER */ }
  :: atomic { v_code == code_issued -> v_code = code_expired /* code: code_expired */ }
  :: atomic { v_code == code_spent -> skip /* code: CONNECT_CODE_INVALID */ }
  :: atomic { v_code == code_expired -> skip /* code: CONNECT_CODE_INVALID */ }
  :: atomic { (v_code == code_spent || v_code == code_expired) -> break }
  od
}

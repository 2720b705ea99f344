// What Swift cannot reach in ncurses by itself: globals, macros, variadics and cell types.
// Everything is static inline, so that no C target is needed. Only CursesTerminal imports this.
#ifndef QUEUETOP_CNCURSES_H
#define QUEUETOP_CNCURSES_H

#define _XOPEN_SOURCE_EXTENDED 1
#define NCURSES_WIDECHAR 1
#define NCURSES_NOMACROS 1
#include <curses.h>
#include <fcntl.h>
#include <langinfo.h>
#include <locale.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

// Hidden by the feature macros in effect when Swift imports this.
extern int wcwidth(wchar_t character);

#include "crash.h"

// MARK: Starting and stopping

// Characters are UTF-8, whatever the environment says; only LC_CTYPE changes, so numbers stay as
// they are.
static inline bool nc_use_utf8(void) {
    if (setlocale(LC_CTYPE, "") && strcmp(nl_langinfo(CODESET), "UTF-8") == 0) return true;
    return setlocale(LC_CTYPE, "C.UTF-8") != NULL;
}

// The terminal of standard input, opened once more so that reading it never waits. A mouse report
// that ncurses leaves out makes it read on whatever nodelay says, and the whole console would stand
// still until the next key. On standard input itself the flag would be the shell's, too.
static inline FILE *nc_open_input(void) {
    const char *path = ttyname(STDIN_FILENO);
    int file = path ? open(path, O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC) : -1;
    if (file < 0) file = open("/dev/tty", O_RDONLY | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    FILE *input = file < 0 ? NULL : fdopen(file, "r");
    return input ? input : stdin;
}

// newterm, as initscr ends the process when it does not know the terminal.
static inline SCREEN *nc_open(void) { return newterm(NULL, stdout, nc_open_input()); }

// Terminals without it accept everything and show nothing.
static inline bool nc_can_move_cursor(void) {
    const char *capability = tigetstr("cup");
    return capability != NULL && capability != (char *)-1;
}

// Keys and output as the console wants them; also after the program was stopped and continued.
static inline void nc_configure(void) {
    raw();
    noecho();
    nonl();
    nodelay(stdscr, TRUE);
    // Off and on, so that the terminal is sent the sequence again.
    keypad(stdscr, FALSE);
    keypad(stdscr, TRUE);
    intrflush(stdscr, FALSE);
    leaveok(stdscr, TRUE);
    curs_set(0);
}

static inline void nc_leave_for_shell(void) {
    def_prog_mode();
    endwin();
}

// MARK: Size

static inline bool nc_window_size(int *rows, int *columns) {
    struct winsize size;
    if (ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0) return false;
    *rows = size.ws_row;
    *columns = size.ws_col;
    return size.ws_row > 0 && size.ws_col > 0;
}
static inline int nc_rows(void) { return getmaxy(stdscr); }
static inline int nc_columns(void) { return getmaxx(stdscr); }

// MARK: Colours and drawing

// Colours the terminal has; 0 when it has none. Number -1 is then its own text or ground.
static inline int nc_start_colours(void) {
    if (!has_colors() || start_color() == ERR) return 0;
    use_default_colors();
    return COLORS;
}
static inline int nc_pairs(void) { return COLOR_PAIRS; }

static inline attr_t nc_attributes(bool bold, bool dim, bool underline, bool reverse) {
    return (bold ? A_BOLD : 0) | (dim ? A_DIM : 0) | (underline ? A_UNDERLINE : 0)
        | (reverse ? A_REVERSE : 0);
}

// Writes characters in one style. A pair above 255 fits only into the extra argument.
static inline void nc_put(
    int row, int column, const uint32_t *text, int count, attr_t attributes, int pair) {
    wattr_set(stdscr, attributes, (short)pair, &pair);
    if (wmove(stdscr, row, column) == OK) waddnwstr(stdscr, (const wchar_t *)text, count);
}

static inline int nc_width(uint32_t scalar) { return wcwidth((wchar_t)scalar); }

static inline void nc_blank(void) {
    int pair = 0;
    wattr_set(stdscr, A_NORMAL, 0, &pair);
    werase(stdscr);
}
// Forgets what the terminal shows: the next show draws all of it.
static inline void nc_redraw_all(void) { clearok(stdscr, TRUE); }
static inline void nc_show(void) { wrefresh(stdscr); }

// MARK: Input

enum nc_input { NC_NOTHING, NC_CHARACTER, NC_KEY };

// The next character or key that is there; never waits longer than the escape delay.
static inline enum nc_input nc_read(uint32_t *value) {
    wint_t read = 0;
    int result = wget_wch(stdscr, &read);
    *value = read;
    return result == OK ? NC_CHARACTER : result == KEY_CODE_YES ? NC_KEY : NC_NOTHING;
}

// Keys of our own, above those of ncurses.
enum { NC_PASTE_START = KEY_MAX + 1, NC_PASTE_END = KEY_MAX + 2 };

static inline void nc_define_paste_keys(void) {
    define_key("\033[200~", NC_PASTE_START);
    define_key("\033[201~", NC_PASTE_END);
}

static inline int nc_function_key(int number) { return KEY_F(number); }

// MARK: Mouse

enum nc_mouse {
    NC_MOUSE_NONE, NC_MOUSE_OTHER, NC_MOUSE_LEFT, NC_MOUSE_RIGHT, NC_MOUSE_UP, NC_MOUSE_DOWN
};

// Presses alone mean something here: telling clicks from presses would delay every one of them.
// Releases are asked for too, as a report that is left out is not returned but waited over. Clicks
// are not: a press and a release that are read at once would be merged to one, and the press lost.
static inline void nc_start_mouse(void) {
    mouseinterval(0);
    mousemask(
        BUTTON1_PRESSED | BUTTON1_RELEASED | BUTTON2_PRESSED | BUTTON2_RELEASED
            | BUTTON3_PRESSED | BUTTON3_RELEASED | BUTTON4_PRESSED | BUTTON4_RELEASED
            | BUTTON5_PRESSED | BUTTON5_RELEASED,
        NULL);
}
static inline void nc_stop_mouse(void) { mousemask(0, NULL); }

// Reports that are read at once make one key: they come out here one by one, the newest first.
static inline enum nc_mouse nc_mouse_event(int *row, int *column) {
    MEVENT event;
    if (getmouse(&event) != OK) return NC_MOUSE_NONE;
    *row = event.y;
    *column = event.x;
    if (event.bstate & BUTTON1_PRESSED) return NC_MOUSE_LEFT;
    if (event.bstate & BUTTON3_PRESSED) return NC_MOUSE_RIGHT;
    if (event.bstate & BUTTON4_PRESSED) return NC_MOUSE_UP;
    if (event.bstate & BUTTON5_PRESSED) return NC_MOUSE_DOWN;
    return NC_MOUSE_OTHER;
}

#endif

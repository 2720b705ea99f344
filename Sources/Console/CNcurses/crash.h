// Gives the terminal back when the process dies by a fatal signal or by exit().
//
// Called by CrashGuard.swift alone.
#ifndef QUEUETOP_CRASH_H
#define QUEUETOP_CRASH_H

#include <signal.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

struct nc_fatal_signal {
    int number;
    struct sigaction before;
};
enum { NC_FATAL_SIGNALS = 6 };

struct nc_crash {
    volatile sig_atomic_t armed;
    bool isInstalled;
    struct termios modes;
    char reset[512];
    size_t resetBytes;
    struct nc_fatal_signal signals[NC_FATAL_SIGNALS];
    char stack[65536];
};

// The one state. Every object file made from Swift gets copies of the functions here; weak makes
// the linker keep a single copy of this one, and a static of its own, as Swift does not emit those
// of a header.
__attribute__((weak, visibility("hidden"))) struct nc_crash *nc_crash_state(void) {
    static struct nc_crash state = {
        .signals = {{SIGSEGV}, {SIGBUS}, {SIGILL}, {SIGTRAP}, {SIGABRT}, {SIGFPE}}};
    return &state;
}

// Keeps the terminal's modes as the shell left them; call before ncurses changes them.
static inline bool nc_crash_remember_modes(void) {
    return tcgetattr(STDIN_FILENO, &nc_crash_state()->modes) == 0;
}

// Adds a sequence to what is written at a crash, without the delays that terminfo puts into
// `$<..>`.
static inline void nc_crash_add(const char *sequence) {
    struct nc_crash *crash = nc_crash_state();
    if (sequence == NULL || sequence == (const char *)-1) return;
    while (*sequence && crash->resetBytes < sizeof crash->reset) {
        const char *end = sequence[0] == '$' && sequence[1] == '<' ? strchr(sequence, '>') : NULL;
        if (end) sequence = end + 1;
        else crash->reset[crash->resetBytes++] = *sequence++;
    }
}

// Async-signal-safe: write(2) and tcsetattr(3) alone, on memory that was filled before.
static inline void nc_crash_restore(void) {
    struct nc_crash *crash = nc_crash_state();
    if (!crash->armed) return;
    crash->armed = 0;
    size_t written = 0;
    while (written < crash->resetBytes) {
        ssize_t count = write(STDOUT_FILENO, crash->reset + written, crash->resetBytes - written);
        if (count <= 0) break;
        written += (size_t)count;
    }
    tcsetattr(STDIN_FILENO, TCSANOW, &crash->modes);
}

// What the handler before ours does, with the context of the crash intact: the runtime's prints a
// backtrace.
static inline void nc_crash_pass_on(
    const struct sigaction *before, int number, siginfo_t *info, void *context) {
    if (before->sa_flags & SA_SIGINFO) {
        if (before->sa_sigaction) before->sa_sigaction(number, info, context);
    } else if (before->sa_handler != SIG_DFL && before->sa_handler != SIG_IGN) {
        before->sa_handler(number);
    }
}

static inline void nc_crash_handle(int number, siginfo_t *info, void *context) {
    struct nc_crash *crash = nc_crash_state();
    nc_crash_restore();
    for (int index = 0; index < NC_FATAL_SIGNALS; index++) {
        struct nc_fatal_signal *fatal = &crash->signals[index];
        if (fatal->number == number) nc_crash_pass_on(&fatal->before, number, info, context);
    }
    // Comes as soon as this returns. A handler that returned alone would let a process live on that
    // was sent the signal, without its terminal.
    signal(number, SIG_DFL);
    raise(number);
}

// A stack overflow leaves no room for a handler on the stack itself.
static inline void nc_crash_prepare_stack(struct nc_crash *crash) {
    stack_t stack;
    if (sigaltstack(NULL, &stack) != 0 || !(stack.ss_flags & SS_DISABLE)) return;
    stack = (stack_t){.ss_sp = crash->stack, .ss_size = sizeof crash->stack};
    sigaltstack(&stack, NULL);
}

// Arms the guard, also again after it was disarmed.
static inline void nc_crash_arm(void) {
    struct nc_crash *crash = nc_crash_state();
    crash->armed = 1;
    if (crash->isInstalled) return;
    crash->isInstalled = true;
    nc_crash_prepare_stack(crash);
    struct sigaction action;
    memset(&action, 0, sizeof action);
    action.sa_sigaction = nc_crash_handle;
    action.sa_flags = SA_SIGINFO | SA_ONSTACK;
    // tcsetattr would stop a process in the background.
    sigaddset(&action.sa_mask, SIGTTOU);
    for (int index = 0; index < NC_FATAL_SIGNALS; index++) {
        sigaction(crash->signals[index].number, &action, &crash->signals[index].before);
    }
    atexit(nc_crash_restore);
}

static inline void nc_crash_disarm(void) { nc_crash_state()->armed = 0; }

#endif

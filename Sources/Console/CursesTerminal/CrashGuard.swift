import CNcurses

/// Gives the terminal back when the process dies without saying goodbye.
///
/// On SIGSEGV, SIGBUS, SIGILL, SIGTRAP, SIGABRT, SIGFPE and at `exit`, the sequences that undo what
/// the console has switched on are written and the terminal's modes set back; then the signal goes
/// its way.
@MainActor
enum CrashGuard {
    /// Keeps the terminal's modes as they are now: call it before ncurses starts.
    static func rememberModes() { _ = nc_crash_remember_modes() }

    /// Prepares what is written at a crash and installs the handlers: call it after ncurses has
    /// started.
    static func arm(resetting sequences: [String]) {
        for sequence in sequences { nc_crash_add(sequence) }
        // Attributes first, then the cursor, then the shell's screen.
        for capability in ["sgr0", "cnorm", "rmkx", "rmcup"] { nc_crash_add(tigetstr(capability)) }
        nc_crash_arm()
    }

    static func rearm() { nc_crash_arm() }

    /// The terminal is the shell's again; there is nothing to give back.
    static func disarm() { nc_crash_disarm() }
}

import Glibc

/// Where the password of a broker elsewhere comes from when its address has none.
enum PasswordSource {
    static let variable = "QUEUETOP_PASSWORD"

    /// The name and first password of the user that everybody begins with: no secret.
    static let guest = "guest"

    static var fromEnvironment: String? { getenv(Self.variable).map { String(cString: $0) } }

    /// The password: the environment's, the one that everybody knows of guest, or what is typed at
    /// the terminal.
    ///
    /// - Returns: nil without any.
    static func password(
        of user: String, at address: String, mayAsk: Bool = true
    ) -> String? {
        if let value = Self.fromEnvironment { return value }
        if user == Self.guest { return Self.guest }
        guard mayAsk, let terminal = fopen("/dev/tty", "r+") else { return nil }
        defer { fclose(terminal) }
        fputs("Password of \(user) at \(address): ", terminal)
        fflush(terminal)
        return self.readUnseen(from: terminal)
    }

    /// Reads a line while the terminal shows nothing of it.
    private static func readUnseen(from terminal: UnsafeMutablePointer<FILE>) -> String? {
        let descriptor = fileno(terminal)
        var settings = termios()
        guard tcgetattr(descriptor, &settings) == 0 else { return nil }
        var unseen = settings
        unseen.c_lflag &= ~tcflag_t(ECHO)
        tcsetattr(descriptor, TCSAFLUSH, &unseen)
        defer {
            tcsetattr(descriptor, TCSAFLUSH, &settings)
            fputs("\n", terminal)
        }
        var line: UnsafeMutablePointer<CChar>?
        var capacity = 0
        defer { free(line) }
        // Between writing and reading a stream has to be put into place (C, 7.21.5.3).
        fseek(terminal, 0, SEEK_CUR)
        guard getline(&line, &capacity, terminal) >= 0, let line else { return nil }
        let text = String(cString: line)
        return text.hasSuffix("\n") ? String(text.dropLast()) : text
    }
}

import Glibc

extension Probe {
    /// - Parameter environment: Looks up a variable of the environment; empty counts as not set.
    package static func terminal(environment: (String) -> String?) -> TerminalFacts {
        var size = winsize()
        let isTerminal = isatty(STDOUT_FILENO) == 1
        if isTerminal { _ = ioctl(STDOUT_FILENO, UInt(TIOCGWINSZ), &size) }
        func variable(_ name: String) -> String? {
            environment(name).flatMap { $0.isEmpty ? nil : $0 }
        }
        let name = variable("TERM")
        // Each goes before the next (POSIX, 8.2).
        let locale = variable("LC_ALL") ?? variable("LC_CTYPE") ?? variable("LANG") ?? ""
        return TerminalFacts(
            isTerminal: isTerminal, name: name,
            isDescribed: name.map { Self.isDescribed($0, home: variable("HOME")) } ?? false,
            columns: Int(size.ws_col), rows: Int(size.ws_row), locale: locale,
            colours: variable("COLORTERM"), isColourless: variable("NO_COLOR") != nil)
    }

    /// Whether a description is where ncurses looks for it.
    private static func isDescribed(_ name: String, home: String?) -> Bool {
        guard let first = name.utf8.first, !name.contains("/") else { return false }
        let folders =
            (home.map { ["\($0)/.terminfo"] } ?? [])
            + ["/etc/terminfo", "/lib/terminfo", "/usr/share/terminfo", "/usr/lib/terminfo"]
        // Some systems name the folder by the letter, some by its number.
        let letters = [String(name.prefix(1)), String(first, radix: 16)]
        return folders.contains { folder in
            letters.contains { access("\(folder)/\($0)/\(name)", R_OK) == 0 }
        }
    }

    // MARK: Ports

    /// Whether a port could be listened on; it is given back at once.
    ///
    /// - Parameter address: As numbers, IPv4 or IPv6.
    package static func port(
        _ port: UInt16, on address: String, setting: String
    ) -> PortFacts {
        PortFacts(
            setting: setting, address: address, port: port, state: Self.state(of: port, address))
    }

    private static func state(of port: UInt16, _ address: String) -> PortFacts.State {
        var hints = addrinfo()
        hints.ai_flags = AI_NUMERICHOST | AI_PASSIVE
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(address, "\(port)", &hints, &found) == 0, let found else {
            return .refused("it is no address in numbers")
        }
        defer { freeaddrinfo(found) }
        let descriptor = socket(
            found.pointee.ai_family, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { return .refused(String(cString: strerror(errno))) }
        defer { close(descriptor) }
        var isOn: Int32 = 1
        setsockopt(
            descriptor, SOL_SOCKET, SO_REUSEADDR, &isOn, socklen_t(MemoryLayout<Int32>.size))
        guard bind(descriptor, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0,
            listen(descriptor, 1) == 0
        else {
            return errno == EADDRINUSE ? .taken : .refused(String(cString: strerror(errno)))
        }
        return .free
    }
}

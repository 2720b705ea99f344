import AMQPClient
import Glibc

/// Where a broker is reached by AMQP: `amqp://user:password@host:port/vhost`.
struct AMQPAddress {
    let endpoint: AMQPEndpoint

    /// - Parameter virtualHost: Wins over that of the address.
    init(_ text: String, virtualHost: String?) throws(CommandFailure) {
        let shown = Self.withoutPassword(text)
        let parts = text.split(separator: "://", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else {
            throw CommandFailure(
                .configuration,
                "There is no context \(shown). Name a URL, such as amqp://host:5672.")
        }
        guard parts[0] == "amqp" else {
            throw CommandFailure(
                .unavailable,
                "\(shown) is not reached: this command speaks amqp:// only, without TLS.")
        }
        let path = parts[1].split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
        let authority = path[0].split(separator: "@", omittingEmptySubsequences: false)
        let login = authority.dropLast().joined(separator: "@")
            .split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        let place = Self.hostAndPort(authority.last ?? "")
        guard let place, !place.host.isEmpty, let user = Self.decoded(login.first ?? ""),
            let password = Self.decoded(login.dropFirst().first ?? ""),
            let host = Self.decoded(path.dropFirst().first ?? "")
        else {
            throw CommandFailure(
                .usage, "\(shown) is no address: amqp://user@host:port/vhost is expected.")
        }
        var endpoint = AMQPEndpoint(host: place.host, port: place.port)
        if let name = user.isEmpty ? Self.environment("QUEUETOP_USER") : user {
            endpoint.user = name
        }
        if let secret = password.isEmpty ? Self.environment("QUEUETOP_PASSWORD") : password {
            endpoint.password = secret
        }
        endpoint.virtualHost = virtualHost ?? (host.isEmpty ? "/" : host)
        self.endpoint = endpoint
    }

    /// The text with what stands between a user and an at sign left out.
    static func withoutPassword(_ text: String) -> String {
        guard let at = text.lastIndex(of: "@"),
            let scheme = text.firstRange(of: "://"), scheme.upperBound <= at,
            let colon = text[scheme.upperBound..<at].firstIndex(of: ":")
        else { return text }
        return String(text[..<colon] + text[at...])
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func hostAndPort(_ text: Substring) -> (host: String, port: Int)? {
        let standard = AMQPEndpoint().port
        if text.first == "[" {
            guard let end = text.firstIndex(of: "]") else { return nil }
            let host = String(text[text.index(after: text.startIndex)..<end])
            let rest = text[text.index(after: end)...]
            if rest.isEmpty { return (host, standard) }
            guard rest.first == ":", let port = UInt16(rest.dropFirst()) else { return nil }
            return (host, Int(port))
        }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        switch parts.count {
        case 1: return (String(parts[0]), standard)
        case 2: return UInt16(parts[1]).map { (String(parts[0]), Int($0)) }
        default: return nil
        }
    }

    /// Percent-encoding undone (RFC 3986, 2.1); nil when it is wrong.
    private static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = Array(text.utf8)[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            let digits = String(decoding: rest.prefix(2), as: UTF8.self)
            guard digits.utf8.count == 2, let value = UInt8(digits, radix: 16) else { return nil }
            bytes.append(value)
            rest = rest.dropFirst(2)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

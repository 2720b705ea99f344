/// The parts of a URL of a broker, decoded.
///
/// Written by hand rather than with the usual parsers, because a password with characters that a
/// URL would have to escape is common, and what they do with it differs: here the last `@` before
/// the path ends the login, and where there is none, the last one of all.
struct AddressParts: Equatable {
    enum Scheme: String, Equatable {
        case amqp, amqps, http, https
    }

    var scheme: Scheme
    var user: String?
    var password: String?
    var host: String
    var port: Int?
    /// Behind the host with its first `/`; empty when there is none.
    var path: String

    init(_ text: String) throws(LinkAddressError) {
        guard let mark = text.firstRange(of: "://") else { throw .noScheme }
        let name = text[..<mark.lowerBound].lowercased()
        guard let scheme = Scheme(rawValue: name) else { throw .unknownScheme(name) }
        self.scheme = scheme
        let rest = text[mark.upperBound...]
        let login = Self.endOfLogin(in: rest)
        let afterLogin = login.map { rest.index(after: $0) } ?? rest.startIndex
        let end = rest[afterLogin...].firstIndex { "/?#".contains($0) } ?? rest.endIndex
        self.path = String(rest[end...].prefix { $0 != "?" && $0 != "#" })
        if let login {
            let parts = rest[..<login].split(
                separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            self.user = try Self.decoded(parts[0], "user")
            if parts.count == 2 { self.password = try Self.decoded(parts[1], "password") }
            if self.user?.isEmpty == true { self.user = nil }
        }
        (self.host, self.port) = try Self.hostAndPort(rest[afterLogin..<end])
        guard !self.host.isEmpty else { throw .noHost(url: self.shown) }
    }

    /// The address without its login, as an error may show it.
    var shown: String {
        let host = self.host.contains(":") ? "[\(self.host)]" : self.host
        return "\(self.scheme.rawValue)://\(host)\(self.port.map { ":\($0)" } ?? "")\(self.path)"
    }

    /// The path without a slash at its end.
    var trimmedPath: String {
        String(self.path.reversed().drop { $0 == "/" }.reversed())
    }

    /// What RabbitMQ's URIs say of virtual hosts: no path and `/` alone are the default one.
    var virtualHost: String {
        get throws(LinkAddressError) {
            let name = self.path.dropFirst()
            guard !name.contains("/") else { throw .deepPath(url: self.shown) }
            return name.isEmpty ? "/" : try Self.decoded(name, "virtual host")
        }
    }

    /// Where the `@` behind the login is; nil without a login.
    ///
    /// A virtual host may have one too, so the part before the path is preferred; a password that
    /// has a `/` is seen by what would else have to be a port.
    private static func endOfLogin(in rest: Substring) -> Substring.Index? {
        let authority = rest.prefix { $0 != "/" }
        if let end = authority.lastIndex(of: "@") { return end }
        let port = authority.split(separator: ":", omittingEmptySubsequences: false).dropFirst()
        guard authority.first != "[", let port = port.last, Int(port) == nil else { return nil }
        return rest.lastIndex(of: "@")
    }

    private static func hostAndPort(
        _ text: Substring
    ) throws(LinkAddressError) -> (host: String, port: Int?) {
        if text.hasPrefix("["), let close = text.firstIndex(of: "]") {
            let host = text[text.index(after: text.startIndex)..<close]
            let behind = text[text.index(after: close)...]
            return (String(host), try self.port(behind.hasPrefix(":") ? behind.dropFirst() : nil))
        }
        let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        return (String(parts[0]), try self.port(parts.count == 2 ? parts[1] : nil))
    }

    private static func port(_ text: Substring?) throws(LinkAddressError) -> Int? {
        guard let text, !text.isEmpty else { return nil }
        guard let port = Int(text), (1...65_535).contains(port) else {
            throw .badPort
        }
        return port
    }

    private static func decoded(
        _ text: Substring, _ part: String
    ) throws(LinkAddressError) -> String {
        guard let decoded = PercentCode.decoded(text) else { throw .badEscape(in: part) }
        return decoded
    }
}

/// The escapes of a URL (RFC 3986, 2.1).
enum PercentCode {
    private static let unreserved = Set(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~".utf8)
    private static let digits = Array("0123456789ABCDEF".utf8)

    /// Everything escaped that is not certain to mean itself, `/` included.
    static func encoded(_ text: String) -> String {
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            if self.unreserved.contains(byte) {
                bytes.append(byte)
            } else {
                bytes += [
                    UInt8(ascii: "%"), self.digits[Int(byte >> 4)], self.digits[Int(byte & 15)],
                ]
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Nil when a `%` begins no escape, or when the text that comes out is no UTF-8.
    static func decoded(_ text: Substring) -> String? {
        var bytes: [UInt8] = []
        var rest = text.utf8
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "%") else {
                bytes.append(byte)
                continue
            }
            guard let high = rest.popFirst(), let low = rest.popFirst(),
                let value = UInt8(String(decoding: [high, low], as: UTF8.self), radix: 16)
            else { return nil }
            bytes.append(value)
        }
        return String(validating: bytes, as: UTF8.self)
    }
}

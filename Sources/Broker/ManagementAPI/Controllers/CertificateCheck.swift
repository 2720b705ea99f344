import Glibc

/// The certificates that listeners with TLS show, and until when they are valid, in seconds since
/// 1970.
package struct ShownCertificates: Hashable, Sendable {
    package var path: String
    package var ends: [Int64]
    package var authoritiesPath: String?
    package var authorityEnds: [Int64]

    package init(
        path: String, ends: [Int64], authoritiesPath: String? = nil, authorityEnds: [Int64] = []
    ) {
        self.path = path
        self.ends = ends
        self.authoritiesPath = authoritiesPath
        self.authorityEnds = authorityEnds
    }
}

/// Whether certificates end soon, as RabbitMQ's health check asks it.
struct CertificateCheck {
    /// A listener with TLS.
    struct Listener {
        var protocolName: String
        var port: UInt16
    }

    private static let daySeconds = 86_400.0
    private let limit: Double

    /// - Parameters:
    ///   - within: How many of the unit are left at least.
    ///   - unit: `days`, `weeks`, `months` or `years`.
    ///   - now: Seconds since 1970.
    /// - Throws: 400 in RabbitMQ's words.
    init(within text: String, _ unit: String, now: Int64) throws(APIFailure) {
        guard let count = Int64(text) else { throw .badRequest("Invalid expiration value.") }
        let days: Double
        switch unit.lowercased() {
        case "days": days = 1
        case "weeks": days = 7
        case "months": days = 365.0 / 12
        case "years": days = 365
        default:
            throw .badRequest(
                "Time unit not recognised. Supported units: days, weeks, months, years.")
        }
        self.limit = Double(now) + Double(count) * days * Self.daySeconds
    }

    func answer(
        _ shown: ShownCertificates?, _ listeners: [Listener], _ identity: BrokerFace
    ) -> APIAnswer {
        let ends = self.early(shown?.ends)
        let authorityEnds = self.early(shown?.authorityEnds)
        guard let shown, !listeners.isEmpty, !ends.isEmpty || !authorityEnds.isEmpty else {
            return .statusOK
        }
        return .object(.unavailable) { json in
            json.field("status", "failed")
            json.field("reason", "Certificates expiring")
            json.key("expired")
            json.array { json in
                for listener in listeners {
                    json.object { json in
                        json.field("node", identity.node)
                        json.field("protocol", listener.protocolName)
                        json.field("interface", identity.host)
                        json.field("port", Int(listener.port))
                        json.field("certfile", shown.path)
                        json.field("cacertfile", shown.authoritiesPath ?? "")
                        json.field("certfile_expires_on", ends.map(Self.text))
                        json.field("cacertfile_expires_on", authorityEnds.map(Self.text))
                    }
                }
            }
        }
    }

    private func early(_ ends: [Int64]?) -> [Int64] {
        (ends ?? []).filter { Double($0) < self.limit }
    }

    /// `2027-01-31 08:00:00`, in UTC.
    private static func text(_ seconds: Int64) -> String {
        var (time, parts) = (time_t(seconds), tm())
        var text = [CChar](repeating: 0, count: 32)
        guard gmtime_r(&time, &parts) != nil,
            strftime(&text, text.count - 1, "%Y-%m-%d %H:%M:%S", &parts) > 0
        else { return "" }
        return text.withUnsafeBufferPointer { String(cString: $0.baseAddress!) }
    }
}

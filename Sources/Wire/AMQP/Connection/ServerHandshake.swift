import Messaging

/// The server's side from `connection.start` to `connection.open` (AMQP 0-9-1, 2.2.4).
///
/// ```
///  start-ok        accepted        tune-ok          open            accepted
///  --------> (ask) --------> tune --------> opening -----> (ask) ----------> running
///               ^-- secure --'  (challenged, secure-ok)
/// ```
/// Where it asks, parsing pauses until the driver has answered.
struct ServerHandshake {
    enum Action: Equatable {
        /// Ask the driver to judge this login.
        case authenticate(mechanism: String, response: [UInt8], clientProperties: FieldTable?)
        /// Adopt these values from now on.
        case tuned(Tuning)
        /// Ask the driver about this virtual host.
        case openRequested(virtualHost: String)
        /// Give the client up, saying why if it may be told.
        case refuse(CloseReason, isSilent: Bool)
    }

    private enum State {
        case starting
        /// The driver judges a login.
        case securing
        /// The client answers a challenge.
        case challenging
        case tuning
        case opening
        /// The driver judges a virtual host.
        case openRequested
    }

    private var state = State.starting
    private(set) var mechanism = ""

    /// Whether the driver has to answer before anything else is parsed.
    var isWaitingForDriver: Bool { self.state == .securing || self.state == .openRequested }

    /// Whether errors are answered with `connection.close`. Before tuning, RabbitMQ drops clients
    /// that it cannot trust yet without a word.
    var mayExplain: Bool { self.state == .opening || self.state == .openRequested }

    mutating func received(
        _ method: Method, settings: ConnectionSettings
    ) -> Action {
        switch (self.state, method) {
        case (.starting, .connection(.startOK(let startOK))):
            guard settings.mechanisms.contains(startOK.mechanism) else {
                return .refuse(.unknownMechanism(startOK.mechanism), isSilent: true)
            }
            self.state = .securing
            self.mechanism = startOK.mechanism
            return .authenticate(
                mechanism: startOK.mechanism, response: startOK.response,
                clientProperties: startOK.clientProperties)
        case (.challenging, .connection(.secureOK(let response))):
            self.state = .securing
            return .authenticate(
                mechanism: self.mechanism, response: response, clientProperties: nil)
        case (.tuning, .connection(.tuneOK(let tuning))):
            if let reason = Self.refusal(of: tuning, offered: settings.tuning) {
                return .refuse(reason, isSilent: false)
            }
            self.state = .opening
            return .tuned(tuning)
        case (.opening, .connection(.open(let virtualHost))):
            self.state = .openRequested
            return .openRequested(virtualHost: virtualHost)
        default:
            return .refuse(
                .unexpectedMethod(inState: self.stateName, method.id), isSilent: !self.mayExplain)
        }
    }

    /// As RabbitMQ's reply texts name it.
    private var stateName: String {
        switch self.state {
        case .starting: "starting"
        case .securing, .challenging: "securing"
        case .tuning: "tuning"
        case .opening, .openRequested: "opening"
        }
    }

    mutating func challenged() {
        precondition(self.state == .securing, "a challenge answers an authenticate event")
        self.state = .challenging
    }

    mutating func accepted() {
        precondition(self.state == .securing, "accepting a login answers an authenticate event")
        self.state = .tuning
    }

    /// Why these values are not within what was offered; zero means no limit.
    private static func refusal(of tuning: Tuning, offered: Tuning) -> CloseReason? {
        func check(_ field: String, _ value: Int, _ minimum: Int, _ maximum: Int) -> CloseReason? {
            if value != 0, value < minimum { return .tuning(field, value, .minimum(minimum)) }
            if maximum != 0, value == 0 || value > maximum {
                return .tuning(field, value, .maximum(maximum))
            }
            return nil
        }
        return check(
            "frame_max", Int(tuning.frameBytesMax), Limits.frameBytesMin,
            Int(offered.frameBytesMax))
            ?? check("channel_max", Int(tuning.channelsMax), 1, Int(offered.channelsMax))
    }
}

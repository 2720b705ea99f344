import Messaging

/// The client's side from its protocol header to `connection.open-ok` (AMQP 0-9-1, 2.2.4).
struct ClientHandshake {
    enum Action: Equatable {
        /// Log in; the table is what the server said of itself.
        case startOK(ConnectionMethod.StartOK, serverProperties: FieldTable)
        /// Adopt these values, confirm them, and open the virtual host.
        case tuned(Tuning, virtualHost: String)
        /// The virtual host is open.
        case ready
        /// Give the server up.
        case refuse(CloseReason)
    }

    private enum State {
        case awaitingStart
        case awaitingTune
        case awaitingOpenOK
    }

    private var state = State.awaitingStart

    mutating func received(_ method: Method, settings: ConnectionSettings) -> Action {
        switch (self.state, method) {
        case (.awaitingStart, .connection(.start(let start))):
            return self.startReceived(start, settings)
        case (.awaitingTune, .connection(.tune(let offer))):
            self.state = .awaitingOpenOK
            return .tuned(offer.within(settings.tuning), virtualHost: settings.virtualHost)
        case (.awaitingOpenOK, .connection(.openOK)):
            return .ready
        default:
            return .refuse(.unexpectedMethod(inState: self.stateName, method.id))
        }
    }

    private mutating func startReceived(
        _ start: ConnectionMethod.Start, _ settings: ConnectionSettings
    ) -> Action {
        let offered = String(decoding: start.mechanisms, as: UTF8.self).split(separator: " ")
        let mechanism = settings.mechanisms[0]
        guard start.versionMajor == 0, start.versionMinor == 9, offered.contains(mechanism[...])
        else { return .refuse(.unknownMechanism(mechanism)) }
        self.state = .awaitingTune
        return .startOK(
            ConnectionMethod.StartOK(
                clientProperties: settings.properties, mechanism: mechanism,
                response: settings.response, locale: "en_US"),
            serverProperties: start.serverProperties)
    }

    private var stateName: String {
        switch self.state {
        case .awaitingStart: "starting"
        case .awaitingTune: "tuning"
        case .awaitingOpenOK: "opening"
        }
    }
}

extension Tuning {
    /// The lower of each pair of values, where zero means no limit.
    func within(_ own: Tuning) -> Tuning {
        func lower<Value: FixedWidthInteger>(_ left: Value, _ right: Value) -> Value {
            left == 0 || right == 0 ? max(left, right) : min(left, right)
        }
        return Tuning(
            channelsMax: lower(self.channelsMax, own.channelsMax),
            frameBytesMax: lower(self.frameBytesMax, own.frameBytesMax),
            heartbeatSeconds: lower(self.heartbeatSeconds, own.heartbeatSeconds))
    }
}

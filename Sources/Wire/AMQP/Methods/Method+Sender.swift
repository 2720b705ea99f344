/// Which end sends a method.
private enum Sender {
    case client
    case server
    case either
    /// Neither, as an event: the machine itself deals with it in the states that allow it.
    case machine
}

extension Method {
    /// Whether a method on an open channel may come to an end of that role.
    ///
    /// The methods of class `connection` belong on channel 0.
    func mayCome(to role: Role) -> Bool {
        switch self.sender {
        case .client: role == .server
        case .server: role == .client
        case .either: true
        case .machine: false
        }
    }

    private var sender: Sender {
        switch self {
        case .connection: .machine
        case .channel(let method): method.sender
        case .exchange(let method): method.sender
        case .queue(let method): method.sender
        case .basic(let method): method.sender
        case .confirm(let method): method.sender
        case .tx(let method): method.sender
        }
    }
}

extension ChannelMethod {
    fileprivate var sender: Sender {
        switch self {
        case .flow: .either
        // A server of this kind never asks for flow, so that only its client gets an answer.
        case .flowOK: .server
        case .open, .openOK, .close, .closeOK: .machine
        }
    }
}

extension ExchangeMethod {
    fileprivate var sender: Sender {
        switch self {
        case .declare, .delete, .bind, .unbind: .client
        case .declareOK, .deleteOK, .bindOK, .unbindOK: .server
        }
    }
}

extension QueueMethod {
    fileprivate var sender: Sender {
        switch self {
        case .declare, .bind, .unbind, .purge, .delete: .client
        case .declareOK, .bindOK, .unbindOK, .purgeOK, .deleteOK: .server
        }
    }
}

extension BasicMethod {
    fileprivate var sender: Sender {
        switch self {
        case .qos, .consume, .publish, .get, .reject, .recoverAsync, .recover: .client
        case .qosOK, .consumeOK, .cancelOK, .returned, .deliver, .getOK, .getEmpty, .recoverOK:
            .server
        // Settlements and confirms; and a consumer's end may come from either side.
        case .cancel, .ack, .nack: .either
        }
    }
}

extension ConfirmMethod {
    fileprivate var sender: Sender {
        switch self {
        case .select: .client
        case .selectOK: .server
        }
    }
}

extension TxMethod {
    fileprivate var sender: Sender {
        switch self {
        case .select, .commit, .rollback: .client
        case .selectOK, .commitOK, .rollbackOK: .server
        }
    }
}

import Messaging

/// What administrators set by name; ``endBatch(now:)`` follows each change.
extension Broker {
    /// By component, virtual host and name.
    package var parameters: [RuntimeParameter] {
        self.parameterValues.map { RuntimeParameter($0.key, $0.value) }.sorted {
            ($0.key.component.rawValue, $0.key.host.text, $0.key.name)
                < ($1.key.component.rawValue, $1.key.host.text, $1.key.name)
        }
    }

    /// nil when it is not set.
    package func parameter(_ key: RuntimeParameter.Key) -> FieldValue? {
        self.parameterValues[key]
    }

    /// Sets a value in place of the one before; it holds at once for whatever comes.
    ///
    /// - Returns: Why that cannot be; nil when it was done.
    package mutating func setParameter(_ parameter: RuntimeParameter) -> AccessProblem? {
        if let problem = self.problem(with: parameter) { return problem }
        let former = self.parameterValues[parameter.key]
        guard former != nil || self.parameterValues.count < Limits.parametersMax else {
            return .full("there are \(Limits.parametersMax) parameters already")
        }
        guard former != parameter.value else { return nil }
        self.parameterValues[parameter.key] = parameter.value
        self.note(definition: .parameterSet(parameter))
        return nil
    }

    /// - Returns: Whether it was set.
    @discardableResult
    package mutating func clearParameter(_ key: RuntimeParameter.Key) -> Bool {
        guard self.parameterValues.removeValue(forKey: key) != nil else { return false }
        self.note(definition: .parameterCleared(key))
        return true
    }

    /// Forgets what was set for a virtual host; its removal takes it out of the store, too.
    mutating func forgetParameters(of host: VirtualHostName) {
        self.parameterValues = self.parameterValues.filter { $0.key.host != host }
    }

    /// The same for a user.
    mutating func forgetParameters(of user: UserName) {
        self.parameterValues[.limits(of: user)] = nil
    }

    /// Takes over what an earlier process left.
    mutating func restoreParameters(_ parameters: [RuntimeParameter]) {
        for parameter in parameters where self.problem(with: parameter) == nil {
            self.parameterValues[parameter.key] = parameter.value
        }
    }

    // MARK: What is taken

    /// What is wrong with a value, in RabbitMQ's words where it has any.
    func problem(with parameter: RuntimeParameter) -> AccessProblem? {
        let (key, value) = (parameter.key, parameter.value)
        guard (1...Limits.nameBytesMax) ~= key.name.utf8.count else {
            return .invalid(
                "a parameter's name has \(key.name.utf8.count) bytes, not 1 to "
                    + "\(Limits.nameBytesMax)")
        }
        guard value.encodedBytes <= Limits.parameterBytesMax else {
            return .invalid(
                "the value of '\(key.name)' has more than \(Limits.parameterBytesMax) bytes")
        }
        switch key.component {
        case .global: return nil
        case .hostLimits:
            guard self.hostSlots[key.host] != nil else { return .noSuchVirtualHost(key.host) }
            guard key.name == "limits" else {
                return .invalid("the limits of a vhost are named 'limits', not '\(key.name)'")
            }
            return Self.problem(withLimits: value, LimitName.ofHosts, called: "limits")
        case .hostMetadata:
            guard self.hostSlots[key.host] != nil else { return .noSuchVirtualHost(key.host) }
            return HostMetadata(value).problem
        case .userLimits:
            guard self.access.users[UserName(key.name)] != nil else {
                return .noSuchUser(UserName(key.name))
            }
            return Self.problem(withLimits: value, LimitName.ofUsers, called: "user-limits")
        }
    }

    private static func problem(
        withLimits value: FieldValue, _ names: [LimitName], called name: String
    ) -> AccessProblem? {
        // RabbitMQ's clients write an object without fields as an array without elements.
        guard value != .array([]) else { return nil }
        guard case .table(let limits) = value else {
            return .invalid("\(name) not a list \(value.shownAsJSONTerm)")
        }
        let unknown = limits.fields.filter { field in
            !names.contains { $0.rawValue == field.name }
        }
        guard unknown.isEmpty else {
            return .invalid("Unrecognised terms \(FieldTable(unknown).shownAsJSONTerm) in \(name)")
        }
        let wrong = limits.fields.filter { $0.value.integer == nil }.map {
            "\($0.name) should be a number, actually was \($0.value.shownAsJSONTerm)"
        }
        return wrong.isEmpty ? nil : .invalid(wrong.joined(separator: "\n"))
    }
}

extension FieldValue {
    /// Bytes that it takes in the store.
    fileprivate var encodedBytes: Int {
        var writer = ByteWriter()
        FieldTable([.init("", self)]).encodeFields(into: &writer)
        return writer.bytes.count
    }

    /// As Erlang prints what it has read from JSON.
    fileprivate var shownAsJSONTerm: String {
        switch self {
        case .table(let table): table.shownAsJSONTerm
        case .array(let values):
            "[" + values.map(\.shownAsJSONTerm).joined(separator: ",") + "]"
        case .void: "null"
        case .bool, .int8, .uint8, .int16, .uint16, .int32, .uint32, .int64, .float, .double,
            .decimal, .longString, .byteArray, .timestamp:
            self.shownAsTerm
        }
    }
}

extension FieldTable {
    fileprivate var shownAsJSONTerm: String {
        let terms = self.fields.map {
            "{\(FieldValue.string($0.name).shownAsTerm),\($0.value.shownAsJSONTerm)}"
        }
        return "[" + terms.joined(separator: ",") + "]"
    }
}

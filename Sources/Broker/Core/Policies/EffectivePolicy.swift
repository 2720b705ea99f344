import Messaging

/// What policies give a queue or an exchange: the one policy and the one operator policy that
/// hold for it, as one.
struct EffectivePolicy: Equatable {
    static let none = EffectivePolicy(nil, nil)

    let policy: String?
    let operatorPolicy: String?
    /// Both definitions; where both set a limit, the lower one.
    let definition: FieldTable

    init(_ policy: Policy?, _ operatorPolicy: Policy?) {
        self.policy = policy?.name
        self.operatorPolicy = operatorPolicy?.name
        var definition = policy?.definition ?? FieldTable()
        for field in operatorPolicy?.definition.fields ?? [] {
            if let own = definition[field.name]?.integer, let other = field.value.integer {
                definition[field.name] = .int64(min(own, other))
            } else {
                definition[field.name] = field.value
            }
        }
        self.definition = definition
    }

    private subscript(argument: PolicyArgument) -> FieldValue? {
        self.definition.isEmpty ? nil : self.definition[argument.rawValue]
    }

    /// The lower of what a policy and an argument say.
    func lower(_ argument: PolicyArgument, _ declared: FieldTable) -> Int64? {
        let own = declared["x-\(argument.rawValue)"]?.integer
        switch (own, self[argument]?.integer) {
        case (nil, let other): return other
        case (let own?, nil): return own
        case (let own?, let other?): return min(own, other)
        }
    }

    /// The same within bounds.
    ///
    /// Whatever brought a number here, an argument that nobody checked or a file of an earlier
    /// version: what is reckoned with it does not overflow.
    func lower(
        _ argument: PolicyArgument, _ declared: FieldTable, within bounds: ClosedRange<Int64>
    ) -> Int64? {
        self.lower(argument, declared)?.clamped(to: bounds)
    }

    /// What an argument says, else what a policy says.
    func first(_ argument: PolicyArgument, _ declared: FieldTable) -> String? {
        (declared["x-\(argument.rawValue)"] ?? self[argument])?.shown
    }

    /// The same, as it was written.
    func value(_ argument: PolicyArgument, _ declared: FieldTable) -> FieldValue? {
        declared["x-\(argument.rawValue)"] ?? self[argument]
    }

    var alternateExchange: ExchangeName? {
        self[.alternateExchange]?.text.map { ExchangeName($0) }
    }
}

extension Comparable {
    /// The value itself, or the bound that it is beyond.
    func clamped(to bounds: ClosedRange<Self>) -> Self {
        min(max(self, bounds.lowerBound), bounds.upperBound)
    }
}

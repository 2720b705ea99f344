import Settings

/// What the configuration allows on a broker that it names.
struct ContextRules: Equatable, Sendable {
    var name: String
    /// Nothing is to be changed there.
    var isReadOnly: Bool
    /// What destroys needs a name that is typed, or given with `--confirm`.
    var isProtected: Bool

    init(_ context: ContextSettings) {
        self.name = context.name
        self.isReadOnly = context.isReadOnly
        self.isProtected = context.isProtected
    }
}

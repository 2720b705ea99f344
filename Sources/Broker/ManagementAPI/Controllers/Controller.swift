/// A part of the API: what it answers, and where.
protocol Controller: Sendable {
    init(_ context: ManagementContext)

    /// Adds its paths.
    func add(to routes: inout Routes)
}

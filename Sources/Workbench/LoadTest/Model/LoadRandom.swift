/// Draws the same numbers from the same seed on every machine: splitmix64.
///
/// Source: Steele, Lea and Flood, "Fast Splittable Pseudorandom Number Generators", 2014.
package struct LoadRandom: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { self.state = seed }

    package mutating func next() -> UInt64 {
        self.state &+= 0x9e37_79b9_7f4a_7c15
        var mixed = self.state
        mixed = (mixed ^ (mixed >> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed >> 31)
    }

    /// A number from 0 up to, not including, `bound`; even enough for bounds far below 2^32.
    package mutating func draw(below bound: Int) -> Int {
        Int(((self.next() >> 32) &* UInt64(bound)) >> 32)
    }

    /// Whether something of that probability, 0 to 1, happened.
    package mutating func happens(_ share: Double) -> Bool {
        Double(self.next() >> 11) * 0x1p-53 < share
    }
}

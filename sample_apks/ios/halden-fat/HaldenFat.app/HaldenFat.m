// One file for two processors: the device's slice and the simulator's.

__attribute__((objc_root_class)) @interface NSObject { void *isa; }
+ (instancetype)new;
@end
@interface HKHealthStore : NSObject
- (void)requestAuthorizationToShareTypes:(void *)share readTypes:(void *)read completion:(void *)completion;
@end

int main(void) {
  [[HKHealthStore new] requestAuthorizationToShareTypes:0 readTypes:0 completion:0];
  return 0;
}
